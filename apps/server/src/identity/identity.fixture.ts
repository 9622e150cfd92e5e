import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import Fastify from 'fastify';
import { MACHINE_CLOCK } from '../kernel/clock.ts';
import { openDatabase } from '../kernel/db/database.ts';
import type { Database } from '../kernel/db/sql.ts';
import { silent, stopsOf, testDatabase } from '../kernel/db/test-database.ts';
import { watchStorage } from '../kernel/files/watch-storage.ts';
import { answerErrors } from '../kernel/http/errors.ts';
import { createSealer, type Sealer } from '../kernel/secrets/seal.ts';
import { hashOfSecret } from '../kernel/secrets/secret.ts';
import { createApplication, type NewApplication } from './clients/applications.ts';
import type { MachineClient } from './clients/clients.ts';
import { createIdentity, type Identity } from './identity.ts';
import { mountIdentity } from './mount.ts';
import { type FirstStart, firstStart } from './seed.ts';

export interface TestIdentity {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly identity: Identity;
  readonly first: FirstStart;
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** How many milliseconds the identity's clock is ahead. */
  readonly time: { ahead: number };
  readonly machine: MachineClient & { readonly licenseKey: string };
  readonly liveJobs: Set<string>;
  /** Cuts the identity under test off from the database, and nobody else. */
  disconnect(): Promise<void>;
  /** Mail that was written to the outbox, in the form in which it would be sent. */
  mails(): Promise<string[]>;
  /** Another node of the same installation, without HTTP. */
  node(): Promise<Identity>;
  /** Default: confidential, app scopes OR.Jobs and OR.Queues.Read, user scope OR.Assets. */
  application(more?: Partial<NewApplication>): Promise<{ clientId: string; secret: string }>;
  /** Posts a form to the token endpoint. */
  token(form: Record<string, string>, init?: RequestInit & { path?: string }): Promise<TokenAnswer>;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly access_token: string };
}

/** An identity server with its own port and database, one machine, and a clock that can be turned. */
export async function startIdentity(
  t: TestContext,
  {
    issuer,
    refusalMs = 30,
    smtpUrl,
  }: { readonly issuer?: string; readonly refusalMs?: number; readonly smtpUrl?: string } = {},
): Promise<TestIdentity> {
  const atEnd = stopsOf(t);
  const { db, url, drop } = await testDatabase();
  atEnd(drop);
  const own = await openDatabase({ url, log: silent(), max: 5, unref: true });
  let disconnecting: Promise<void> | undefined;
  const disconnect = (): Promise<void> => (disconnecting ??= own.close());
  atEnd(disconnect);
  const first = await firstStart(db, { random: randomBytes });
  const time = { ahead: 0 };
  const liveJobs = new Set<string>();
  const machine = {
    licenseKey: randomUUID(),
    machineId: 7,
    machineKey: randomUUID(),
    tenantId: first.tenant.id,
    organizationId: first.organization.id,
    secretHashes: [hashOfSecret('first machine secret'), hashOfSecret('second machine secret')],
  };
  const outboxFolder = await mkdtemp(join(tmpdir(), 'baton-outbox-'));
  atEnd(() => rm(outboxFolder, { recursive: true, force: true }));
  const sealer = createSealer([randomBytes(32)]);
  // The issuer needs the address and the routes need the identity, so a port is taken first.
  const origin = `http://127.0.0.1:${await freePort()}`;
  const node = (): Promise<Identity> =>
    createIdentity({
      db: own,
      sealer,
      issuer: issuer ?? `${origin}/identity`,
      clock: () => MACHINE_CLOCK.now() + time.ahead,
      log: silent(),
      findMachineClient: async (clientId) => (clientId === machine.licenseKey ? machine : undefined),
      isJobLive: async (jobKey) => liveJobs.has(jobKey),
      refusalMs,
      mail: { outboxFolder, smtpUrl },
    });
  const identity = await node();
  const app = Fastify({ rewriteUrl: readPrefix, forceCloseConnections: true });
  atEnd(() => app.close());
  answerErrors(app, watchStorage([outboxFolder], Date.now), () => []);
  mountIdentity(app, identity, { verifyToken: identity.verifyToken, hasFrontPage: true });
  await app.listen({ host: '127.0.0.1', port: Number(new URL(origin).port) });

  return {
    db,
    sealer,
    identity,
    first,
    origin,
    time,
    machine,
    liveJobs,
    disconnect,
    node,
    async mails() {
      await identity.sendMails();
      const names = (await readdir(outboxFolder)).sort();
      return Promise.all(names.map((name) => readFile(join(outboxFolder, name), 'utf8')));
    },
    async application(more = {}) {
      const { clientId, secret } = await createApplication(db, {
        organizationId: first.organization.id,
        name: `app ${randomUUID()}`,
        isConfidential: true,
        appScopes: ['OR.Jobs', 'OR.Queues.Read'],
        userScopes: ['OR.Assets'],
        redirectUris: [],
        ...more,
      });
      return { clientId, secret: secret ?? '' };
    },
    async token(form, { path = '/identity/connect/token', ...init } = {}) {
      const response = await fetch(origin + path, {
        method: 'POST',
        body: new URLSearchParams(form),
        ...init,
      });
      const body = (await response.json()) as TokenAnswer['body'];
      return { status: response.status, headers: response.headers, body };
    },
  };
}

/** The JSON at a URL, as the test expects it to be. */
export const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** Does for `/{organization}/identity_` what the edge does for every prefix. */
function readPrefix(request: { url?: string }): string {
  const match = /^\/([^/]+)\/identity_(\/.*)$/.exec(request.url ?? '');
  if (!match) return request.url ?? '';
  Object.assign(request, { address: { organization: match[1] } });
  return `/identity${match[2]}`;
}

export async function freePort(): Promise<number> {
  const probe = Fastify();
  await probe.listen({ host: '127.0.0.1', port: 0 });
  const { port } = probe.server.address() as AddressInfo;
  await probe.close();
  return port;
}
