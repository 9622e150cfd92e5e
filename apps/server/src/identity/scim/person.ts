import { type Change, readBoolean, readText } from './patch.ts';
import { badValue } from './scim-error.ts';

/** What a directory can say of somebody. */
export interface Person {
  userName: string;
  externalId: string | null;
  givenName: string;
  familyName: string;
  displayName: string;
  email: string | null;
  active: boolean;
}

export const newPerson = (): Person => ({
  userName: '',
  externalId: null,
  givenName: '',
  familyName: '',
  displayName: '',
  email: null,
  active: true,
});

/** From a whole resource; what it does not name is empty. */
export function readPerson(body: unknown): Person {
  const person = newPerson();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badValue('A user is expected.');
  for (const [name, value] of Object.entries(body)) {
    applyToPerson(person, { op: 'replace', path: name.toLowerCase(), selected: undefined, value });
  }
  if (person.userName === '') throw badValue('userName is missing.');
  return person;
}

/** Attributes that are not kept here (departments, telephones, ...) are read over. */
export function applyToPerson(person: Person, { op, path, value }: Change): void {
  const text = (attribute: string): string => (op === 'remove' ? '' : readText(value, attribute));
  switch (path) {
    case 'username':
      person.userName = text('userName');
      if (person.userName === '') throw badValue('userName cannot be empty.');
      return;
    case 'externalid':
      person.externalId = text('externalId') || null;
      return;
    case 'displayname':
      person.displayName = text('displayName');
      return;
    case 'name.givenname':
      person.givenName = text('name.givenName');
      return;
    case 'name.familyname':
      person.familyName = text('name.familyName');
      return;
    case 'name': {
      const name: { givenName?: unknown; familyName?: unknown } =
        op === 'remove' ? {} : membersOf(value, 'name');
      if (op === 'remove' || 'givenName' in name)
        person.givenName = readText(name.givenName, 'name.givenName');
      if (op === 'remove' || 'familyName' in name)
        person.familyName = readText(name.familyName, 'name.familyName');
      return;
    }
    case 'active':
      person.active = op === 'remove' ? true : readBoolean(value, 'active');
      return;
    case 'emails.value':
      person.email = text('emails.value') || null;
      return;
    case 'emails':
      person.email = op === 'remove' ? null : addressOf(value);
      return;
  }
}

/** Nothing given is nothing said; anything but an object is refused. */
function membersOf(value: unknown, attribute: string): object {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badValue(`${attribute} must be an object.`);
  return value;
}

/** The first that is called primary, else that of work, else any. */
function addressOf(value: unknown): string | null {
  const all = (Array.isArray(value) ? value : [value]).map((each) =>
    typeof each === 'string'
      ? { value: each }
      : (membersOf(each, 'emails') as { value?: unknown; type?: unknown; primary?: unknown }),
  );
  const chosen =
    all.find((each) => 'primary' in each && readBoolean(each.primary ?? false, 'emails.primary')) ??
    all.find((each) => 'type' in each && each.type === 'work') ??
    all[0];
  return readText(chosen?.value, 'emails.value') || null;
}
