import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { openDatabase } from './database.ts';
import { databaseAccount, isRoot } from './embedded/account.ts';
import { AlreadyRunning } from './embedded/folder-lock.ts';
import { startOf } from './embedded/process-identity.ts';
import { findRuntime, installedPackage } from './embedded/runtime.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import type { Database } from './sql.ts';
import { silent } from './test-database.ts';
import { DatabaseUnavailable } from './unavailable.ts';

const isAlive = (pid: number): boolean => startOf(pid) !== undefined;

const log = silent();
const skip = isRoot() ? false : 'only root can have folders that other accounts cannot enter';
const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-embedded-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(t: TestContext, dataFolder: string, durable = false): Promise<Embedded> {
  const embedded = await startEmbedded({ dataFolder, log, durable });
  t.after(() => embedded.stop());
  return embedded;
}

async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ url, log });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const remember = (url: string) =>
  withDatabase(url, (db) => db.execute(sql`CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS value`));

const recall = (url: string) =>
  withDatabase(url, async (db) => (await db.first<{ value: number }>(sql`SELECT value FROM kept`))?.value);

interface ServerProcess {
  readonly process: ChildProcess;
  readonly answer: { readonly url: string; readonly pid: number; readonly error?: string };
}

/** Another server process on the folder, killed at the end. */
async function serverProcess(t: TestContext, dataFolder: string): Promise<ServerProcess> {
  const child = spawnServer(t, dataFolder);
  assert(child.stdout);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { process: child, answer: JSON.parse(String(line)) as ServerProcess['answer'] };
}

function spawnServer(t: TestContext, dataFolder: string): ChildProcess {
  const program = fileURLToPath(new URL('./embedded-server.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Its parent: the shell that ends it with us. */
function parentOf(pid: number): number {
  return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

test('keeps data from one run to the next, durably, behind a password', async (t) => {
  const folder = newFolder(t);
  const first = await startEmbedded({ dataFolder: folder, log });
  await remember(first.url);
  const settings = await withDatabase(first.url, (db) =>
    db.query(sql`SELECT name, setting FROM pg_settings
      WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'TimeZone', 'server_encoding',
        'listen_addresses', 'data_checksums') ORDER BY name COLLATE "C"`),
  );
  assert.deepEqual(Object.fromEntries(settings.map(({ name, setting }) => [name, setting])), {
    TimeZone: 'UTC',
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    listen_addresses: '',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
  });
  await first.stop();
  await first.exited;
  assert.equal(isAlive(first.pid), false);

  const second = await start(t, folder);
  assert.equal(await recall(second.url), 42);
  await assert.rejects(openDatabase({ url: second.url.replace(/:[^:@]+@/, ':guess@'), log }), {
    code: '28P01',
  });
});

test('a folder in use is refused, here and in another process', async (t) => {
  const folder = newFolder(t);
  const embedded = await start(t, folder);
  await assert.rejects(startEmbedded({ dataFolder: folder, log }), (error) => {
    assert(error instanceof AlreadyRunning);
    assert(error.message.includes(folder) && error.message.includes(String(process.pid)), error.message);
    return true;
  });
  const other = await serverProcess(t, folder);
  assert.equal(other.answer.error, 'AlreadyRunning');
  await remember(embedded.url);
});

test('of servers that start at once on the folder of a killed one, one wins', async (t) => {
  const folder = newFolder(t);
  await kill((await serverProcess(t, folder)).process);
  const servers = await Promise.all([1, 2, 3].map(() => serverProcess(t, folder)));
  const errors = servers.map(({ answer }) => answer.error).filter((error) => error !== undefined);
  assert.deepEqual(errors, ['AlreadyRunning', 'AlreadyRunning']);
});

test('PostgreSQL that dies is started again, with its data, at the same address', {
  skip: linuxOnly,
}, async (t) => {
  const embedded = await start(t, newFolder(t));
  const db = await openDatabase({ url: embedded.url, log });
  t.after(() => db.close());
  await db.execute(sql`CREATE TABLE kept AS SELECT 42 AS value`);
  const cases = [
    { name: 'the postmaster killed', victims: (pid: number) => [pid] },
    { name: 'all of it killed', victims: (pid: number) => [pid, ...childrenOf(pid)] },
    { name: 'the shell above it killed', victims: (pid: number) => [parentOf(pid)] },
  ];
  for (const { name, victims } of cases) {
    await t.test(name, async () => {
      const { pid } = embedded;
      for (const victim of victims(pid)) process.kill(victim, 'SIGKILL');
      await until('it is so', () => embedded.pid !== pid);
      assert.deepEqual(await answerOf(() => db.first(sql`SELECT value FROM kept`)), { value: 42 });
    });
  }
});

/** Asks until the database is there. */
async function answerOf<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      await delay(5);
    }
  }
}

test('PostgreSQL goes when its server is killed; the next has the data', async (t) => {
  const folder = newFolder(t);
  const { process: server, answer } = await serverProcess(t, folder);
  await remember(answer.url);
  await kill(server);
  await until('it is so', () => !isAlive(answer.pid));
  const next = await start(t, folder);
  assert.equal(await recall(next.url), 42);
});

test('a PostgreSQL that is left over is stopped by the next start', { skip: linuxOnly }, async (t) => {
  const folder = newFolder(t);
  const { process: server, answer } = await serverProcess(t, folder);
  await remember(answer.url);
  const shell = parentOf(answer.pid);
  // With the shell, and its watching half, nothing is left that could stop it.
  for (const pid of childrenOf(shell)) if (pid !== answer.pid) process.kill(pid, 'SIGKILL');
  process.kill(shell, 'SIGKILL');
  await kill(server);
  assert(isAlive(answer.pid));
  const next = await start(t, folder);
  assert.equal(isAlive(answer.pid), false);
  assert.equal(await recall(next.url), 42);
});

test('a pid that belongs to somebody else today is no obstacle', async (t) => {
  const folder = newFolder(t);
  const first = await startEmbedded({ dataFolder: folder, log, durable: false });
  await first.stop();
  const pidFile = join(folder, 'postgresql', 'cluster', 'postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n/proc/self/cwd\n0\n5432\n.\n\n`);
  const lock = { pid: process.pid, started: 'of another process' };
  writeFileSync(join(folder, 'postgresql', 'server.lock'), JSON.stringify(lock));
  await remember((await start(t, folder)).url);
});

test('a kill in the middle of the first start leaves nothing in the way', async (t) => {
  const folder = newFolder(t);
  const base = join(folder, 'postgresql');
  const server = spawnServer(t, folder);
  const drafts = () =>
    existsSync(base) ? readdirSync(base).filter((name) => name.startsWith('cluster.draft')) : [];
  await until('it is so', () => drafts().some((draft) => existsSync(join(base, draft, 'PG_VERSION'))));
  await kill(server);
  assert.equal(existsSync(join(base, 'cluster')), false);
  await remember((await start(t, folder)).url);
  assert.deepEqual(drafts(), []);
});

test('the server stops while PostgreSQL is being started again', { skip: linuxOnly }, async (t) => {
  const embedded = await startEmbedded({ dataFolder: newFolder(t), log, durable: false });
  process.kill(embedded.pid, 'SIGKILL');
  await until('it is so', () => !isAlive(embedded.pid));
  await embedded.stop();
  assert.equal(isAlive(embedded.pid), false);
});

test('as root: data below a folder that only root enters, at a path too long for a socket', {
  skip,
}, async (t) => {
  const secret = newFolder(t);
  chmodSync(secret, 0o700);
  const folder = join(secret, 'a-rather-long-name-'.repeat(5));
  const embedded = await start(t, folder);
  await remember(embedded.url);
  assert.equal(await recall(embedded.url), 42);
  assert.notEqual(statSync(join(folder, 'postgresql', 'cluster')).uid, 0);
});

test('as root: programs below a folder that only root enters are copied', { skip }, (t) => {
  const secret = newFolder(t);
  const place = newFolder(t);
  chmodSync(place, 0o755);
  const { native, version } = installedPackage();
  const moved = join(secret, 'native');
  mkdirSync(moved);
  cpSync(native, moved, { recursive: true, verbatimSymlinks: true });
  const account = databaseAccount(join(place, 'cluster'));
  const installed = { native: moved, version };
  const find = () => findRuntime({ folder: place, account, log, installed, places: [place] });
  const runtime = find();
  assert(runtime.postgres.startsWith(`${place}/postgresql-${version}-`), runtime.postgres);
  assert.deepEqual(find(), runtime);

  // Writable by others: not to be executed, nor anything in its place.
  const [copy = ''] = readdirSync(place);
  chmodSync(join(place, copy), 0o777);
  assert.throws(find, /is not a folder of this account/);
});
