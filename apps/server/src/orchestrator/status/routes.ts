import { storageFull } from '../../kernel/errors.ts';
import { withStatus } from '../../kernel/http/answer.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { serverVersion } from '../../kernel/version.ts';
import { getLive, getReady, getStatus, getVersion, verifyHostAvailability } from './contract.ts';
import { findFaults } from './find-faults.ts';
import { verifyHost } from './verify-host.ts';

export const statusRoutes: readonly Route[] = [
  handle(getStatus, ({ storage }) => {
    if (storage.isFull()) throw storageFull();
  }),
  // The official command line asks for other scopes if it knows the name in `deployment`, so there is none.
  handle(getVersion, (ctx) => ({
    version: serverVersion(),
    timestamp: new Date(ctx.now()).toISOString(),
    deployment: null,
    configsVersion: null,
  })),
  handle(getLive, () => ({ status: 'ok', reasons: [] })),
  handle(getReady, async (ctx) => {
    const reasons = await findFaults(ctx);
    if (reasons.length === 0) return { status: 'ok', reasons };
    ctx.log.warn({ reasons }, 'not ready');
    return withStatus(getReady, ctx, 503, { status: 'unavailable', reasons });
  }),
  handle(verifyHostAvailability, (_, { url }) => verifyHost(url)),
];
