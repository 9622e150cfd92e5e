import { type Client, type ClientOptions, createClient } from '@baton/client/client';
import type { Invocation } from './command.ts';
import { type DeveloperFile, developerFile, readSecretFile } from './developer-file.ts';
import { Failure } from './failure.ts';
import { dataFolder } from './folders.ts';

export interface Connection {
  readonly client: Client;
  readonly url: string;
  readonly folder: string;
}

type Patience = Pick<ClientOptions, 'patienceMs' | 'onAway'>;

/**
 * The server that a command is for: options before environment before the server of `baton start`. The
 * developer's credentials are never sent to another server than the developer's.
 */
export async function connect(call: Invocation, patience: Patience = {}): Promise<Connection> {
  const given = (option: string, variable: string): string | undefined =>
    call.text(option) ?? call.env[variable];
  const folder = given('folder', 'BATON_FOLDER') ?? 'Shared';
  const url = given('url', 'BATON_URL');
  const clientId = given('client-id', 'BATON_CLIENT_ID');
  const clientSecret = given('client-secret', 'BATON_CLIENT_SECRET');
  const developer = await readSecretFile<DeveloperFile>(developerFile(dataFolder(call)));
  const isDevelopers = url === undefined || url.replace(/\/+$/, '') === developer?.url;
  const known = clientId && clientSecret ? { clientId, clientSecret } : isDevelopers ? developer : undefined;
  const address = url ?? developer?.url;
  if (!address)
    throw new Failure(
      "No server is known: start one with 'baton start', or name one with --url or BATON_URL.",
    );
  if (!known) {
    throw new Failure(
      `Credentials for ${address} are missing: --client-id and --client-secret, or BATON_CLIENT_ID and BATON_CLIENT_SECRET.`,
    );
  }
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new Failure(`'${address}' is no URL such as http://127.0.0.1:8080.`);
  const { clientId: id, clientSecret: secret } = known;
  const client = createClient({ url: address, clientId: id, clientSecret: secret, ...patience });
  return { client: client.in(folder), url: address, folder };
}
