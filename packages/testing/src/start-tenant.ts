import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@baton/client/client';
import { readConfig } from '@baton/server/config';
import { createApplication } from '@baton/server/identity/clients/applications';
import { API_SCOPES } from '@baton/server/identity/clients/scopes';
import { silent, testDatabase } from '@baton/server/kernel/db/test-database';
import { type RunningServer, startServer } from '@baton/server/main';
import { type Clock, clockOf } from './clock.ts';
import type { RobotFunction } from './robot-function.ts';
import { startRobots } from './robots.ts';
import { type Call, readTraffic } from './traffic.ts';

export type { Clock, TurnOptions } from './clock.ts';
export type { RobotFunction, RunningJob } from './robot-function.ts';
export type { Call } from './traffic.ts';

/** A tenant for one test: a real server on a loopback port, and a database that is removed with it. */
export interface Tenant extends AsyncDisposable {
  /** The address for any client, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** `postgres://…` of its database, for tests that look into it. */
  readonly databaseUrl: string;
  /**
   * An application that may do everything, in the folder `Shared`. It renews its tokens, however far the
   * clock goes forward.
   */
  readonly admin: Client;
  /** A person who may do everything, for example for `/api/Account/Authenticate` and the pages. */
  readonly administrator: { readonly userName: string; readonly password: string };
  readonly clock: Clock;
  /**
   * Creates a process of this name in the folder `Shared`. The function runs its jobs: it returns the output
   * arguments, and if it throws, the job ends as Faulted.
   */
  robot(processName: string, work: RobotFunction): Promise<void>;
  /** All calls that the server has answered, in order. */
  traffic(): Promise<Call[]>;
  /** The mail that the server has sent, oldest first, as it looks in transit. */
  mails(): Promise<string[]>;
  /** Stops robots and server, and removes their data. */
  stop(): Promise<void>;
}

export interface TenantOptions {
  /** `BATON_*` variables, as for `baton server`: `{ BATON_QUEUE_ABANDON_MINUTES: '60' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Takes about a second. The first tenant of a process takes five, because it starts a
 * PostgreSQL for all of them.
 */
export async function startTenant({ settings = {} }: TenantOptions = {}): Promise<Tenant> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const dataFolder = await mkdtemp(join(tmpdir(), 'baton-tenant-'));
    stops.push(() => rm(dataFolder, { recursive: true, force: true }));
    const { url: databaseUrl, drop } = await testDatabase(undefined, { testClock: true });
    stops.push(drop);
    const trafficFile = join(dataFolder, 'traffic.ndjson');
    const server = await startServer(
      readConfig({
        // The port is chosen before the start, because links in mails and issuers of tokens contain it.
        BATON_PORT: String(await freePort()),
        BATON_DATA: dataFolder,
        DATABASE_URL: databaseUrl,
        BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        BATON_PASSWORD_SIGN_IN: 'true',
        BATON_TEST_CLOCK: 'true',
        BATON_TRAFFIC: trafficFile,
        ...settings,
      }),
      silent(),
    );
    stops.push(() => server.stop());
    const { url } = server;
    const administrator = server.firstAdministrator!;
    const admin = createClient({ url, ...(await makeAdmin(server)) }).in('Shared');
    const robots = startRobots(admin);
    stops.push(robots.stop);
    return {
      url,
      databaseUrl,
      admin,
      administrator,
      clock: clockOf(admin),
      robot: robots.add,
      traffic: () => readTraffic(trafficFile),
      mails: () => readFolder(join(dataFolder, 'outbox')),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Explicit scopes cover every folder. `OR.Default` would require roles instead. */
const SCOPES = API_SCOPES.filter((scope) => /^(OR|PM)\.\w+$/.test(scope) && scope !== 'OR.Default');

/** Not through the public API, because something must make the first call. */
async function makeAdmin({ db, organization }: RunningServer) {
  const { clientId, secret } = await createApplication(db, {
    organizationId: organization.id,
    name: 'Test',
    isConfidential: true,
    appScopes: SCOPES,
    userScopes: [],
    redirectUris: [],
  });
  return { clientId, clientSecret: secret! };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function readFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')));
}
