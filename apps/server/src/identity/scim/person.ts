import { isAddress, isLoginName, SHOWN_NAME } from '../users/names-of-people.ts';
import { matches, names, type Parts } from './matches.ts';
import { type Change, given, readBoolean, readText } from './patch.ts';
import { badValue, notChangeable, ScimError } from './scim-error.ts';

/** What a directory can say of a person. */
export interface Person {
  userName: string;
  externalId: string | null;
  givenName: string;
  familyName: string;
  displayName: string;
  email: string | null;
  active: boolean;
}

const newPerson = (): Person => ({
  userName: '',
  externalId: null,
  givenName: '',
  familyName: '',
  displayName: '',
  email: null,
  active: true,
});

/** Reads a whole resource. Attributes that it does not name become empty. */
export function readPerson(body: unknown): Person {
  const person = newPerson();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badValue('A user is expected.');
  for (const [name, value] of Object.entries(body)) {
    applyToPerson(person, given(name, value));
  }
  if (person.userName === '') throw badValue('userName is missing.');
  return person;
}

/** Attributes that are not stored here (departments, telephones, ...) are ignored. */
export function applyToPerson(person: Person, change: Change): void {
  const { op, path, value } = change;
  const text = (attribute: string): string => (op === 'remove' ? '' : readText(value, attribute));
  const shown = (attribute: string, from: unknown = value): string => {
    const name = op === 'remove' ? '' : readText(from, attribute);
    if (!SHOWN_NAME.test(name)) throw badValue(`${attribute} holds characters that are not seen.`);
    return name;
  };
  switch (path.name) {
    case 'username':
      if (op === 'remove') throw notChangeable('userName');
      person.userName = text('userName');
      if (person.userName === '') throw badValue('userName cannot be empty.');
      if (!isLoginName(person.userName))
        throw badValue('userName holds characters that are not seen, or look like others.');
      return;
    case 'externalid':
      person.externalId = text('externalId') || null;
      return;
    case 'displayname':
      person.displayName = shown('displayName');
      return;
    case 'name.givenname':
      person.givenName = shown('name.givenName');
      return;
    case 'name.familyname':
      person.familyName = shown('name.familyName');
      return;
    case 'name.formatted':
      if (op !== 'remove') takeApart(person, shown('name.formatted'));
      return;
    case 'name': {
      const name: { givenName?: unknown; familyName?: unknown; formatted?: unknown } =
        op === 'remove' ? {} : membersOf(value, 'name');
      if ('formatted' in name && !('givenName' in name || 'familyName' in name))
        takeApart(person, shown('name.formatted', name.formatted));
      if (op === 'remove' || 'givenName' in name) person.givenName = shown('name.givenName', name.givenName);
      if (op === 'remove' || 'familyName' in name)
        person.familyName = shown('name.familyName', name.familyName);
      return;
    }
    case 'active':
      person.active = op === 'remove' ? true : readBoolean(value, 'active');
      return;
    case 'emails.value':
      person.email = op === 'remove' ? null : readAddress(value);
      return;
    case 'emails':
      person.email = addressAfter(person.email, change);
      return;
  }
}

/** The value of `name.formatted` in answers. */
export const formattedOf = ({ givenName, familyName }: Pick<Person, 'givenName' | 'familyName'>): string =>
  [givenName, familyName].filter(Boolean).join(' ');

/** Splits a whole name, because only its parts are stored: the last word is the family name. */
function takeApart(person: Person, whole: string): void {
  if (whole === '' || whole === formattedOf(person)) return;
  const at = whole.lastIndexOf(' ');
  person.givenName = (at < 0 ? whole : whole.slice(0, at)).trimEnd();
  person.familyName = at < 0 ? '' : whole.slice(at + 1);
}

const PARTS = new Set(['name.givenname', 'name.familyname', 'name']);

/** Where the changes name parts of a name, these count, and `name.formatted` does not. */
export function withPartsOfNames(changes: readonly Change[]): readonly Change[] {
  const tellsParts = changes.some(({ path }) => PARTS.has(path.name));
  return tellsParts ? changes.filter(({ path }) => path.name !== 'name.formatted') : changes;
}

/** The members of an object; none where nothing is given. Anything else is refused. */
function membersOf(value: unknown, attribute: string): object {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badValue(`${attribute} must be an object.`);
  return value;
}

/** How the one address that is kept is answered. */
const asKept = (email: string | null): Parts => ({ value: email ?? undefined, type: 'work', primary: true });

function addressAfter(email: string | null, { op, path, value }: Change): string | null {
  const { selects, part } = path;
  if (selects && !matches(selects, asKept(email))) {
    // Addresses of other types are not kept, and so is what is said of them.
    if (op !== 'replace' || names(selects, 'type')) return email;
    throw new ScimError(400, 'No address is selected by the path.', 'noTarget');
  }
  // The type of what is kept, and whether it is the primary one, is as it is.
  if (part !== undefined && part !== 'value') return email;
  if (op === 'remove') return null;
  if (part === 'value') return readAddress(value);
  if (op === 'replace' || selects || email === null) return addressOf(value);
  // Added to the one that is kept, which goes on being chosen unless another is called primary.
  return addressOf([...listOf(value), { value: email, type: 'work' }], email);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The first that is called primary, else `otherwise`, that of work, or any. */
function addressOf(value: unknown, otherwise?: string): string | null {
  const all = listOf(value).map((each) =>
    typeof each === 'string'
      ? { value: each }
      : (membersOf(each, 'emails') as { value?: unknown; type?: unknown; primary?: unknown }),
  );
  const primary = all.find(
    (each) => 'primary' in each && readBoolean(each.primary ?? false, 'emails.primary'),
  );
  if (!primary && otherwise !== undefined) return otherwise;
  const chosen = primary ?? all.find((each) => 'type' in each && each.type === 'work') ?? all[0];
  return readAddress(chosen?.value);
}

function readAddress(value: unknown): string | null {
  const address = readText(value, 'emails.value');
  if (address !== '' && !isAddress(address))
    throw badValue(`emails.value: '${address}' is not of the form of an e-mail address.`);
  return address === '' ? null : address;
}
