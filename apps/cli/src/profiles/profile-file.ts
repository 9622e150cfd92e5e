import { readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Invocation } from '../command.ts';
import { readSecretFile, writeSecretFile } from '../developer-file.ts';
import { UsageError } from '../failure.ts';

/** What `baton login` keeps of a person's sign-in at a server. */
export interface Profile {
  /** The URL as the person gave it: alone, or with `/{organization}/{tenant}`. */
  readonly url: string;
  readonly userName: string;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Valid once: using it gives the next one together with an access token. */
  readonly refreshToken: string;
}

export const DEFAULT_PROFILE = 'default';
/** Not a file: it stands for the server of `baton start` on this machine. */
export const LOCAL_PROFILE = 'local';

type Place = Pick<Invocation, 'env' | 'cwd'>;

/** The name of the profile that was asked for; undefined if none was. */
export function namedProfile({ text, env }: Pick<Invocation, 'text' | 'env'>): string | undefined {
  const name = text('profile') ?? (env['BATON_PROFILE'] || undefined);
  if (name !== undefined && !/^[\w-][\w.-]{0,63}$/.test(name))
    throw new UsageError(`--profile: '${name}' is no name: letters, digits, '.', '_' and '-'.`);
  return name;
}

/** The configuration folder of the person, not of a project: a profile must never get into a repository. */
function profileFolder({ env, cwd }: Place): string {
  if (env['BATON_CONFIG']) return join(resolve(cwd, env['BATON_CONFIG']), 'profiles');
  const home = env['XDG_CONFIG_HOME'] || (process.platform === 'win32' && env['APPDATA']);
  return join(home || join(homedir(), '.config'), 'baton', 'profiles');
}

export const profileFile = (place: Place, name: string): string => join(profileFolder(place), `${name}.json`);

export const readProfile = (place: Place, name: string): Promise<Profile | undefined> =>
  readSecretFile<Profile>(profileFile(place, name));

export const writeProfile = (file: string, profile: Profile): Promise<void> => writeSecretFile(file, profile);

/** Answers false if there is no such profile. */
export async function removeProfile(place: Place, name: string): Promise<boolean> {
  const found = (await readProfile(place, name)) !== undefined;
  await rm(profileFile(place, name), { force: true });
  return found;
}

export async function profileNames(place: Place): Promise<string[]> {
  const names = await readdir(profileFolder(place)).catch(() => []);
  return names.flatMap((name) => /^([^.].*)\.json$/.exec(name)?.[1] ?? []).sort();
}
