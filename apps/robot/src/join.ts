import { hash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { requestOf } from '@baton/client/request';
import { joinMachine } from '@baton/contract/robots-service';
import { type Connection, forgetPending, saveConnection, secretForCode } from './connection.ts';
import { Refused } from './link.ts';
import { isRecord } from './wire.ts';

/** A code as people copy it: the server's address in base64url, the code's id, and its secret. */
export type JoinCode = { readonly url: string; readonly id: string; readonly code: string };

const FORM = /^([\w-]+)\.((\d{1,15})\.[\w-]{43})$/;

/** Null for what is no code. */
export function readJoinCode(text: string): JoinCode | null {
  const [, address, code, id] = FORM.exec(text.trim()) ?? [];
  if (address === undefined || code === undefined || id === undefined) return null;
  const url = Buffer.from(address, 'base64url').toString('utf8');
  return URL.canParse(url) && /^https?:/.test(url) ? { url, id, code } : null;
}

export type JoinOptions = {
  readonly code: JoinCode;
  readonly dataFolder: string;
  /** The server's address, where hosts reach it at another one than the code says. */
  readonly url?: string;
  readonly hostMachineName?: string;
  readonly ca?: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
};

/**
 * Joins this host to a machine and keeps what it signs in with in the data folder. The host makes its secret
 * itself, and sends its hash.
 * @throws Refused, or the error of the network
 */
export async function join(options: JoinOptions): Promise<Connection> {
  const { code, dataFolder } = options;
  const url = (options.url ?? code.url).replace(/\/+$/, '');
  const machineSecret = secretForCode(dataFolder, code.id, () => randomBytes(32).toString('base64url'));
  const hostMachineName = options.hostMachineName ?? hostname();
  const { method, path, body } = requestOf(joinMachine, {
    body: { code: code.code, hostMachineName, secretHash: hash('sha256', machineSecret, 'hex') },
  });
  const response = await (options.fetch ?? fetch)(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer);
  if (!isRecord(answer) || typeof answer['licenseKey'] !== 'string')
    throw new Error(`What answers at ${url} is no Baton: is the address right?`);
  const { licenseKey: machineKey, machineName } = answer;
  const connection: Connection = {
    url,
    machineKey: String(machineKey),
    machineSecret,
    machineName: typeof machineName === 'string' ? machineName : null,
    hostMachineName: options.hostMachineName ?? null,
    ca: options.ca ?? null,
  };
  saveConnection(dataFolder, connection);
  forgetPending(dataFolder);
  return connection;
}

function refusal({ status, statusText }: Response, answer: unknown): Refused {
  const message = isRecord(answer) ? answer['message'] : undefined;
  const code = isRecord(answer) ? answer['errorCode'] : undefined;
  return new Refused(
    status,
    typeof message === 'string' ? message : statusText,
    typeof code === 'number' ? code : null,
  );
}
