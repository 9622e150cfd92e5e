import type { Client } from '@baton/client/client';
import { quoted } from '@baton/client/request';
import { createRelease, getReleases, updateToSpecific } from '@baton/contract/releases';
import type { ReleaseDto } from '@baton/contract/releases-types';
import { Failure } from '../failure.ts';
import { didYouMean } from '../suggest.ts';

const SHOWN = ['Id', 'Key', 'Name', 'ProcessKey', 'ProcessVersion'] as const;

/** A release, which people call a process; ProcessKey is the id of its package. */
export type Release = Pick<ReleaseDto, (typeof SHOWN)[number]>;

export async function findRelease(client: Client, name: string): Promise<Release | undefined> {
  const options = { $filter: `Name eq ${quoted(name)}`, $select: SHOWN };
  const { value } = await client.call(getReleases, {}, { options });
  return value[0];
}

/** Finds a process by name or key. If there is none, throws a Failure that lists those that exist. */
export async function needRelease(client: Client, nameOrKey: string): Promise<Release> {
  const options = { $select: SHOWN, $top: 1000 };
  const { value } = await client.call(getReleases, {}, { options });
  const wanted = nameOrKey.toLowerCase();
  const found = value.find(({ Name, Key }) => Name.toLowerCase() === wanted || Key.toLowerCase() === wanted);
  if (found) return found;
  const names = value.map(({ Name }) => Name);
  const hint =
    didYouMean(nameOrKey, names) || (names.length > 0 ? ` There are: ${names.slice(0, 10).join(', ')}.` : '');
  throw new Failure(`There is no process '${nameOrKey}' in the folder.${hint}`);
}

/** Lets the process of that name run a version of a package. Throws Failure if it runs another package. */
export async function saveRelease(
  client: Client,
  release: { readonly name: string; readonly packageId: string; readonly version: string },
): Promise<'created' | 'updated' | 'unchanged'> {
  const { name, packageId, version } = release;
  const found = await findRelease(client, name);
  if (!found) {
    const body = { Name: name, ProcessKey: packageId, ProcessVersion: version };
    await client.call(createRelease, { body });
    return 'created';
  }
  if (found.ProcessKey.toLowerCase() !== packageId.toLowerCase()) {
    throw new Failure(`The process '${name}' runs the package ${found.ProcessKey}, not ${packageId}.`);
  }
  if (found.ProcessVersion === version) return 'unchanged';
  await client.call(updateToSpecific, { key: found.Id, body: { packageVersion: version } });
  return 'updated';
}
