import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson, remove, writeDurably } from './durable.ts';
import { isRecord } from './wire.ts';

/** What a host that has joined knows of its server. It lies in the data folder, for its owner alone. */
export type Connection = {
  readonly url: string;
  readonly machineKey: string;
  readonly machineSecret: string;
  /** The machine's name, for people. */
  readonly machineName: string | null;
  /** The host as the server calls it, where it is not the host's own name. */
  readonly hostMachineName: string | null;
  /** A file with further certificate authorities. */
  readonly ca: string | null;
};

const fileOf = (dataFolder: string): string => join(resolve(dataFolder), 'connection.json');

export function saveConnection(dataFolder: string, connection: Connection): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeDurably(fileOf(dataFolder), JSON.stringify(connection));
}

/** Null where the host has not joined. */
export function readConnection(dataFolder: string): Connection | null {
  const found = readJson(fileOf(dataFolder));
  if (!isRecord(found)) return null;
  const text = (name: string) => (typeof found[name] === 'string' ? found[name] : null);
  const [url, machineKey, machineSecret] = [text('url'), text('machineKey'), text('machineSecret')];
  if (url === null || machineKey === null || machineSecret === null) return null;
  const [machineName, hostMachineName, ca] = [text('machineName'), text('hostMachineName'), text('ca')];
  return { url, machineKey, machineSecret, machineName, hostMachineName, ca };
}

/** The secret that a host has made, until the server has answered that it knows it. */
const pendingOf = (dataFolder: string): string => join(resolve(dataFolder), 'joining.json');

/**
 * The secret for a code. A host that was killed before the answer arrived sends the same one again, so that
 * the code is used up only once.
 */
export function secretForCode(dataFolder: string, codeId: string, make: () => string): string {
  const found = readJson(pendingOf(dataFolder));
  if (isRecord(found) && found['code'] === codeId && typeof found['secret'] === 'string')
    return found['secret'];
  const secret = make();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeDurably(pendingOf(dataFolder), JSON.stringify({ code: codeId, secret }));
  return secret;
}

export const forgetPending = (dataFolder: string): void => remove(pendingOf(dataFolder));
