import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Logger, pino } from 'pino';
import { openDatabase } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts';
import type { Database } from './sql.ts';
import { prepareTestClock } from './test-clock.ts';

/**
 * Set by the test runner: one PostgreSQL for the whole run, and a database whose superuser may create others.
 */
export const TEST_SERVER_VARIABLE = 'BATON_TEST_DATABASE_URL';

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Closes `db` and drops the database. Runs by itself after the given test. */
  drop(): Promise<void>;
}

/** What node:test gives to a test, or to the hooks of a suite. */
export interface Ends {
  after(work: () => Promise<void>): void;
}

/**
 * For things that a test starts and that need each other. At the end, the last one is stopped first, and a
 * failure does not keep the others from being stopped. With one hook of node:test for each, the first would
 * be stopped first, and after a failure no other. A server without its database would then keep the test's
 * process alive for ever.
 */
export function stopsOf(t: Ends): (stop: () => Promise<unknown>) => void {
  const stops: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    const errors: unknown[] = [];
    for (const stop of stops.reverse()) await stop().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'not all that was started could be stopped');
  });
  return (stop) => void stops.push(stop);
}

export interface TestDatabaseOptions {
  /** Default: the server's own migrations. */
  readonly migrations?: string;
  /** Whether its time can be turned (test-clock.ts). Default: no. */
  readonly testClock?: boolean;
}

/**
 * PostgreSQL in a new folder, not durable, in about 1 s. After stop(), its process and its folder are gone.
 */
export async function startTestServer(): Promise<TestServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'baton-test-'));
  const remove = (): void => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  const embedded = await startEmbedded({ dataFolder, log: silent(), durable: false });
  // A test process that ends without stop() cannot run anything asynchronous any more.
  const atExit = (): void => {
    killAndWait(embedded.pid);
    remove();
  };
  process.once('exit', atExit);
  return {
    url: embedded.url,
    async stop() {
      process.off('exit', atExit);
      await embedded.stop();
      remove();
    },
  };
}

/**
 * A migrated database of its own, copied from a template in about 0.1 s. Pass the test's context,
 * or call drop().
 */
export async function testDatabase(t?: Ends, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { migrations = MIGRATIONS, testClock = false } = options;
  const admin = await serverUrl();
  const template = await templateDatabase(admin, migrations, testClock);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await inServer(admin, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = withDatabase(admin, name);
  const db = await openDatabase({
    url,
    max: 10,
    log: silent(),
    applicationName: name,
    unref: true,
    testClock,
  });
  let dropping: Promise<void> | undefined;
  const drop = (): Promise<void> => (dropping ??= closeAndDrop());
  async function closeAndDrop(): Promise<void> {
    await db.close();
    await inServer(admin, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)).catch(unlessInUse);
  }
  t?.after(drop);
  return { url, db, drop };
}

/**
 * A session that is told to end has 5 s, which may be too short on a busy machine. What is left goes
 * with the server.
 */
function unlessInUse(error: unknown): void {
  if ((error as { code?: string }).code !== '55006') throw error;
}

/** Waits until that many statements of the test's database wait for locks of others, or `isOver`. */
export async function untilWaiting(
  db: Database,
  count: number,
  isOver: () => boolean = () => false,
): Promise<void> {
  const waiting = {
    text: `SELECT count(*)::int AS count FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    values: [],
  };
  const deadline = performance.now() + 120_000;
  while (!isOver() && (await db.first<{ count: number }>(waiting))!.count < count) {
    if (performance.now() > deadline) throw new Error(`Fewer than ${count} statements wait for a lock`);
    await delay(5);
  }
}

/** A logger that prints nothing, or everything with BATON_TEST_LOG=debug. */
export function silent(): Logger {
  return pino({ level: process.env.BATON_TEST_LOG ?? 'silent' });
}

let ownServer: Promise<TestServer> | undefined;

async function serverUrl(): Promise<string> {
  const given = process.env[TEST_SERVER_VARIABLE];
  if (given) return given;
  ownServer ??= startTestServer();
  return (await ownServer).url;
}

const templates = new Map<string, Promise<string>>();

function templateDatabase(admin: string, folder: string, testClock: boolean): Promise<string> {
  const key = `${testClock} ${folder}`;
  const known = templates.get(key) ?? makeTemplate(admin, folder, testClock);
  templates.set(key, known);
  return known;
}

/**
 * Made once for each state of the migration files, by whoever comes first: test files run in processes
 * side by side.
 */
async function makeTemplate(admin: string, folder: string, testClock: boolean): Promise<string> {
  const hash = createHash('sha256');
  for (const { file, checksum } of await readMigrations(folder)) hash.update(`${file} ${checksum}\n`);
  const name = `template_${hash.digest('hex').slice(0, 16)}${testClock ? '_clock' : ''}`;
  await inServer(admin, async (client) => {
    // Held by the session, so it goes with the connection.
    await client.query(`SELECT pg_advisory_lock(hashtextextended('baton test template', 0))`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft}`);
    const db = await openDatabase({ url: withDatabase(admin, draft), max: 1, log: silent(), testClock });
    try {
      await prepareTestClock(db, testClock);
      await migrate(db, folder);
    } finally {
      await db.close();
    }
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

async function inServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Not with `URL`, which knows no address of a unix socket because that has no host. */
function withDatabase(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

function killAndWait(pid: number): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  try {
    process.kill(pid, 'SIGQUIT');
    for (let turn = 0; turn < 200; turn++) {
      process.kill(pid, 0); // throws if it is gone
      Atomics.wait(clock, 0, 0, 10);
    }
  } catch {
    // It is gone.
  }
}
