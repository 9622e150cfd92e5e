import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { jobClaims } from './identity/issue-token.ts';
import { type FirstStart, firstStart } from './identity/seed.ts';
import { FULL_ACCESS } from './kernel/auth/principal.ts';
import { onNotice } from './kernel/background/on-notice.ts';
import { UNTOLD } from './kernel/contract/write-answer.ts';
import type { Database } from './kernel/db/sql.ts';
import { createLiveEvents } from './kernel/events/live.ts';
import type { FileStore } from './kernel/files/store.ts';
import { watchStorage } from './kernel/files/watch-storage.ts';
import type { Services } from './kernel/http/context.ts';
import { eventStreams } from './kernel/http/event-streams.ts';
import type { Sealer } from './kernel/secrets/seal.ts';
import { startMaintenance } from './maintenance.ts';
import { startExports } from './orchestrator/exports/run-exports.ts';
import { isJobLive } from './orchestrator/jobs/live.ts';
import { startReaper } from './orchestrator/jobs/reap.ts';
import { findMachineClient } from './orchestrator/machines/find-machine-client.ts';
import { seedTenant } from './orchestrator/users/seed-tenant.ts';
import { createServer } from './server.ts';

export interface Assembled {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly identity: Identity;
  stop(): Promise<void>;
}

export interface Ground {
  readonly config: Config;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly files: FileStore;
  readonly log: Logger;
  /** Milliseconds since 1970; default: the machine's. */
  readonly now?: () => number;
}

/** A job may run for a week; its token is refused earlier, as soon as the job has ended. */
const JOB_TOKEN_SECONDS = 7 * 24 * 3600;

/** The organization that a database begins with; an empty one gets it here. */
export const firstOrganization = (db: Database, tell?: (first: FirstStart) => void): Promise<FirstStart> =>
  firstStart(db, {
    tell,
    random: randomBytes,
    onTenantCreated: (tx, { tenantId, adminSubject, adminUserName }) =>
      seedTenant(tx, { tenantId, adminSubject, adminUserName, adminEmail: null }),
  });

const ownUrl = ({ host, port }: Config): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** Puts the parts together on a migrated database: what `main.ts` and the tests share. */
export async function assemble({
  config,
  db,
  sealer,
  files,
  log,
  now = Date.now,
}: Ground): Promise<Assembled> {
  const storage = watchStorage([config.dataFolder, join(config.dataFolder, 'files')], now);
  const live = await createLiveEvents(db);
  const identity = await createIdentity({
    db,
    sealer,
    issuer: `${config.publicUrl ?? ownUrl(config)}/identity`,
    clock: now,
    log,
    findMachineClient: (clientId) => findMachineClient(db, clientId),
    isJobLive: (jobKey) => isJobLive(db, jobKey),
    tokenLifetimeSeconds: config.accessTokenSeconds,
    onAccessChanged() {
      live.notify('access');
      live.notify('jobs');
      live.notify('robots');
    },
    mail: { smtpUrl: config.smtpUrl, from: config.mailFrom, outboxFolder: join(config.dataFolder, 'outbox') },
  });
  const services: Services = {
    files,
    storage,
    sealer,
    live,
    log,
    now,
    issueJobToken: ({ key, userId, userKey, robotId, folderId, organizationId, tenantId }) =>
      identity.issueToken({
        kind: 'robot',
        subject: userKey,
        organizationId,
        tenantId,
        scopes: [FULL_ACCESS],
        lifetimeSeconds: JOB_TOKEN_SECONDS,
        extra: jobClaims({ key, userId, robotId, folderId }),
      }),
    signIn: identity.signInWithPassword,
    heartbeatSeconds: config.heartbeatSeconds,
    lostJobSeconds: config.lostJobSeconds,
    limits: config.limits,
    eventStreams: eventStreams(config.eventStreams),
  };
  const logUntold = (untold: unknown): void =>
    log.warn({ untold }, 'a stored value cannot be told; the answer says null');
  UNTOLD.subscribe(logUntold);
  const app = await createServer({ config, db, services, identity });
  const background = [
    startReaper(services, db),
    startExports(services, db),
    onNotice({ name: 'mails', topic: 'mails', lookSeconds: 5, run: identity.sendMails }, services),
    startMaintenance(services, db, identity, config),
  ];
  return {
    app,
    services,
    identity,
    async stop() {
      await app.close();
      UNTOLD.unsubscribe(logUntold);
      await Promise.all(background.map((stop) => stop()));
      await live.close();
    },
  };
}
