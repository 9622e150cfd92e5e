import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AREAS, seedTenant } from './areas.ts';
import type { Config } from './config.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { type FirstStart, firstStart } from './identity/seed.ts';
import type { Area, Stop } from './kernel/area.ts';
import { compareClocks } from './kernel/background/compare-clocks.ts';
import { onNotice } from './kernel/background/on-notice.ts';
import { repeat } from './kernel/background/repeat.ts';
import { type Clock, MACHINE_CLOCK } from './kernel/clock.ts';
import { UNTOLD } from './kernel/contract/write-answer.ts';
import type { Database } from './kernel/db/sql.ts';
import { alignEvents } from './kernel/events/align-events.ts';
import { createLiveEvents } from './kernel/events/live.ts';
import type { FileStore } from './kernel/files/store.ts';
import { removeUnused } from './kernel/files/unused-files.ts';
import { watchStorage } from './kernel/files/watch-storage.ts';
import type { Services } from './kernel/http/context.ts';
import { forgetOldAnswers } from './kernel/http/idempotency.ts';
import { ownUrl } from './kernel/http/own-url.ts';
import { partsOf } from './kernel/http/part.ts';
import type { Sealer } from './kernel/secrets/seal.ts';
import { valueOf } from './kernel/settings.ts';
import { openTestClock } from './kernel/test-clock.ts';
import { isJobLive } from './orchestrator/jobs/live.ts';
import { findMachineClient } from './orchestrator/machines/find-machine-client.ts';
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
  /** Default: all areas (areas.ts). */
  readonly areas?: readonly Area[];
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Default: the folder of this package. */
  readonly consoleFolder?: string;
}

/** The organization that a database begins with. An empty database gets one here. */
export const firstOrganization = (
  db: Database,
  tell?: (first: FirstStart) => void,
  areas: readonly Area[] = AREAS,
): Promise<FirstStart> =>
  firstStart(db, {
    tell,
    random: randomBytes,
    onTenantCreated: (tx, { tenantId, adminSubject, adminUserName }) =>
      seedTenant(tx, { tenantId, adminSubject, adminUserName, adminEmail: null }, areas),
  });

/** Assembles the parts of a server on a migrated database. `main.ts` and the tests share it. */
export async function assemble({
  config,
  db,
  sealer,
  files,
  log,
  areas: all = AREAS,
  clock: given = MACHINE_CLOCK,
  consoleFolder,
}: Ground): Promise<Assembled> {
  const areas = all.filter(({ isOn }) => !isOn || valueOf(config.settings, isOn));
  await alignEvents(db);
  const live = await createLiveEvents(db);
  const clock = config.testClock ? await openTestClock({ db, live, log }) : given;
  const { now } = clock;
  const storage = watchStorage([config.dataFolder, join(config.dataFolder, 'files')], now);
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
    clock,
    now,
    tokens: { issue: identity.issueToken, byPassword: identity.signInWithPassword },
    setting: (setting) => valueOf(config.settings, setting),
    part: partsOf(() => services, db),
    events: areas.flatMap(({ events = [] }) => events),
    folderContents: areas.flatMap(({ folderContents = [] }) => folderContents),
  };
  const logUntold = (untold: unknown): void =>
    log.warn({ untold }, 'a stored value cannot be told; the answer says null');
  UNTOLD.subscribe(logUntold);
  await compareClocks({ db, now, log });
  const app = await createServer({ config, db, services, identity, areas, consoleFolder });
  const background = [
    ...areas.flatMap((area) => area.background?.({ db, services }) ?? []),
    ...ownWork({ db, services, identity }),
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

/**
 * The server's own background work, besides that of its areas. Each piece is safe on several nodes at once.
 */
function ownWork({
  db,
  services,
  identity,
}: {
  readonly db: Database;
  readonly services: Services;
  readonly identity: Identity;
}): readonly Stop[] {
  const { files } = services;
  return [
    onNotice({ name: 'mails', topic: 'mails', lookSeconds: 5, run: identity.sendMails }, services),
    ...[
      { name: 'remove expired tokens', everySeconds: 600, run: () => identity.removeExpired() },
      { name: 'remove files that nobody wants', everySeconds: 300, run: () => removeUnused(db, files) },
      { name: 'forget idempotent answers', everySeconds: 600, run: () => forgetOldAnswers(db) },
      {
        name: 'compare clocks',
        everySeconds: 600,
        run: () => compareClocks({ db, now: services.now, log: services.log }),
      },
    ].map((work) => repeat(work, services)),
  ];
}
