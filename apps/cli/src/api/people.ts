import type { Client } from '@baton/client/client';
import { getUsers } from '@baton/server/identity/platform/users/contract';
import { Failure } from '../failure.ts';
import { organizationOf } from '../organization.ts';

export interface Person {
  readonly id: string;
  readonly userName: string;
  readonly email: string | null;
}

const MOST = 1000;

/** By the user name, or else by the e-mail address. */
export async function findPerson(client: Client, name: string): Promise<Person> {
  const partitionGlobalId = await organizationOf(client);
  const { results } = (await client.call(getUsers, { partitionGlobalId, searchTerm: name, top: MOST })) as {
    readonly results: readonly Person[];
  };
  const isIt = (text: string | null): boolean => text?.toLowerCase() === name.toLowerCase();
  const person = results.find(({ userName }) => isIt(userName)) ?? results.find(({ email }) => isIt(email));
  if (person) return person;
  throw new Failure(`There is nobody called '${name}'.`);
}
