import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of Baton, not of the API. Server, robot and command are released together. */
export function serverVersion(): string {
  if (version === undefined) {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    version = (JSON.parse(text) as { version: string }).version;
  }
  return version;
}
