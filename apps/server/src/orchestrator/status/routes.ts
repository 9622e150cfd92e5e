import { readFileSync } from 'node:fs';
import { storageFull } from '../../kernel/errors.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { getStatus, getVersion, verifyHostAvailability } from './contract.ts';
import { verifyHost } from './verify-host.ts';

export const statusRoutes: readonly Route[] = [
  handle(getStatus, ({ storage }) => {
    if (storage.isFull()) throw storageFull();
  }),
  handle(getVersion, (ctx) => ({ version: serverVersion(), timestamp: new Date(ctx.now()).toISOString() })),
  handle(verifyHostAvailability, (_, { url }) => verifyHost(url)),
];

let version: string | undefined;

/**
 * Baton's own. The official command line asks for other scopes where `deployment` is a name that it knows, so
 * there is none.
 */
function serverVersion(): string {
  if (version === undefined) {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    version = (JSON.parse(text) as { version: string }).version;
  }
  return version;
}
