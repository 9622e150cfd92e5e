import { type Caller, type Client, type ClientOptions, createClient } from '@baton/client/client';
import type { Invocation } from './command.ts';
import { type DeveloperFile, developerFile, readSecretFile } from './developer-file.ts';
import { Failure, UsageError } from './failure.ts';
import { dataFolder } from './folders.ts';
import {
  DEFAULT_PROFILE,
  LOCAL_PROFILE,
  namedProfile,
  profileFile,
  profileNames,
  readProfile,
} from './profiles/profile-file.ts';
import { profileTokens } from './profiles/profile-tokens.ts';
import { didYouMean } from './suggest.ts';

export interface Connection {
  readonly client: Client;
  readonly url: string;
  readonly folder: string;
}

type Patience = Pick<ClientOptions, 'patienceMs' | 'onAway'>;

interface Known {
  readonly url: string;
  readonly caller: Caller;
}

/**
 * The server that a command is for, and who calls it. Options come before the environment; then the profile
 * of `baton login` counts, then the server of `baton start`. What is stored for one server is never sent to
 * another. `local` marks a command for the sample, which only the server of `baton start` has.
 */
export async function connect(
  call: Invocation,
  { local = false, ...patience }: Patience & { readonly local?: boolean } = {},
): Promise<Connection> {
  const given = (option: string, variable: string): string | undefined =>
    call.text(option) ?? (call.env[variable] || undefined);
  const folder = given('folder', 'BATON_FOLDER') ?? 'Shared';
  const asked = given('url', 'BATON_URL');
  const url = asked === undefined ? undefined : readAddress(asked);
  const token = given('token', 'BATON_TOKEN');
  const clientId = given('client-id', 'BATON_CLIENT_ID');
  const clientSecret = given('client-secret', 'BATON_CLIENT_SECRET');
  const known = await findKnown(call, url, local);
  const address = url ?? known?.url;
  if (!address)
    throw new Failure(
      "No server is known: sign in with 'baton login --url …', name one with --url or BATON_URL, or start one with 'baton start'.",
    );
  const own: Caller | undefined = token
    ? { token }
    : clientId && clientSecret
      ? { clientId, clientSecret }
      : undefined;
  const caller = own ?? known?.caller;
  if (!caller) {
    throw new Failure(
      `Credentials for ${address} are missing: sign in with 'baton login --url ${address}', or give BATON_TOKEN, or ` +
        'BATON_CLIENT_ID and BATON_CLIENT_SECRET.',
    );
  }
  const client = createClient({ url: address, ...caller, ...patience });
  return { client: client.in(folder), url: address, folder };
}

/** A URL of a server, without a slash at its end. */
export function readAddress(text: string): string {
  const address = text.replace(/\/+$/, '');
  if (URL.canParse(address) && /^https?:/.test(address)) return address;
  throw new UsageError(`--url: '${text}' is no URL such as http://127.0.0.1:8080.`);
}

/** What this machine has stored for a server: for the one with this URL, if a URL was given. */
async function findKnown(
  call: Invocation,
  url: string | undefined,
  local: boolean,
): Promise<Known | undefined> {
  const name = namedProfile(call);
  if (name !== undefined && name !== LOCAL_PROFILE) return profileNamed(call, name, url);
  const ways = [() => ofDeveloper(call, url)];
  if (name === undefined) ways[local ? 'push' : 'unshift'](() => ofProfile(call, DEFAULT_PROFILE, url));
  for (const way of ways) {
    const found = await way();
    if (found) return found;
  }
  return undefined;
}

async function profileNamed(call: Invocation, name: string, url: string | undefined): Promise<Known> {
  const found = await ofProfile(call, name, url);
  if (found) return found;
  const names = await profileNames(call);
  throw new Failure(
    names.includes(name)
      ? `The profile '${name}' is of another server than ${url}.`
      : `There is no profile '${name}'.${didYouMean(name, names)} 'baton login --profile ${name}' makes it.`,
  );
}

async function ofProfile(
  call: Invocation,
  name: string,
  url: string | undefined,
): Promise<Known | undefined> {
  const profile = await readProfile(call, name);
  if (!profile || !isSame(profile.url, url)) return undefined;
  return { url: profile.url, caller: { tokens: profileTokens(profileFile(call, name), name) } };
}

async function ofDeveloper(call: Invocation, url: string | undefined): Promise<Known | undefined> {
  const developer = await readSecretFile<DeveloperFile>(developerFile(dataFolder(call)));
  return developer && isSame(developer.url, url) ? { url: developer.url, caller: developer } : undefined;
}

const isSame = (known: string, asked: string | undefined): boolean =>
  asked === undefined || new URL(known).origin === new URL(asked).origin;
