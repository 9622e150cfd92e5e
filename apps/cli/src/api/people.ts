import type { Client } from '@baton/client/client';
import { getUsers } from '@baton/contract/identity/user';
import { Failure } from '../failure.ts';
import { organizationOf } from '../organization.ts';

export interface Person {
  readonly id: string;
  readonly userName: string;
}

const MOST = 1000;

/** Finds a person by user name, or else by e-mail address. */
export async function findPerson(client: Client, name: string): Promise<Person> {
  const partitionGlobalId = await organizationOf(client);
  const found = await client.call(getUsers, { partitionGlobalId, searchTerm: name, top: MOST });
  const people = found.results ?? [];
  const isIt = (text: string | null): boolean => text?.toLowerCase() === name.toLowerCase();
  const person = people.find(({ userName }) => isIt(userName)) ?? people.find(({ email }) => isIt(email));
  if (!person?.id) throw new Failure(`There is nobody called '${name}'.`);
  return { id: person.id, userName: person.userName ?? name };
}
