import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { until } from '../../../tests/until.fixture.ts';
import { readConfig } from './config.ts';
import { testDatabase } from './kernel/db/test-database.ts';
import { startServer } from './main.ts';

const children = (): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('worker.ts') && Number(line.trim().split(/\s+/)[1]) === process.pid)
    .map((line) => Number(line.trim().split(/\s+/)[0]));

const isReplaced = (pid: number): boolean => {
  const now = children();
  return now.length === 3 && !now.includes(pid);
};

function endOf(line: string): unknown {
  const { pid, code, signal } = JSON.parse(line) as Record<string, unknown>;
  return { pid, code, signal };
}

test('several processes answer on one port, and one that dies is replaced', {
  timeout: 600_000,
}, async (t) => {
  const { url: databaseUrl } = await testDatabase(t);
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-processes-'));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const config = readConfig({
    BATON_DATA: dataFolder,
    BATON_PORT: '0',
    // One process keeps running while two others end in different ways.
    BATON_PROCESSES: '3',
    BATON_PASSWORD_SIGN_IN: 'true',
    DATABASE_URL: databaseUrl,
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  });
  const ends: unknown[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void ends.push(endOf(line)) });
  const fault = encodeURIComponent('process.on("SIGUSR2",()=>{Promise.reject(new Error("boom"))})');
  process.env.NODE_OPTIONS = `--import=data:text/javascript,${fault}`;
  t.after(() => delete process.env.NODE_OPTIONS);
  const server = await startServer({ ...config, logLevel: 'silent' }, log);
  let isStopped = false;
  t.after(() => (isStopped ? undefined : server.stop()));
  const before = children();
  assert.equal(before.length, 3);

  const { userName, password } = server.firstAdministrator!;
  const signedIn = await fetch(`${server.url}/api/Account/Authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ usernameOrEmailAddress: userName, password }),
  });
  const { result: token } = (await signedIn.json()) as { result: string };
  // Each call has its own connection, so any process may get it. A token and a folder that one process made
  // must be known to the others.
  const call = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, connection: 'close', 'content-type': 'application/json' },
    });
  for (let n = 0; n < 6; n++) {
    const made = await call('/odata/Folders', {
      method: 'POST',
      body: JSON.stringify({ DisplayName: `Folder ${n}` }),
    });
    assert.equal(made.status, 201);
    const { Id } = (await made.json()) as { Id: number };
    for (let again = 0; again < 3; again++) assert.equal((await call(`/odata/Folders(${Id})`)).status, 200);
  }

  process.kill(before[0]!, 'SIGKILL');
  await until('the processes are so', () => isReplaced(before[0]!));
  for (let n = 0; n < 4; n++)
    await until('the processes are so', async () => (await call('/odata/Folders')).status === 200);

  // Callers on their way to a process that hangs and then dies get an answer or an error.
  const stuck = children().find((pid) => pid !== before[1]);
  process.kill(stuck!, 'SIGSTOP');
  const onTheWay = Array.from({ length: 24 }, () =>
    fetch(`${server.url}/api/Status/Get`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(300_000),
    }).then(
      ({ status }) => status,
      ({ cause }: Error) => (cause as NodeJS.ErrnoException | undefined)?.code ?? 'waited for nobody',
    ),
  );
  await Promise.any(onTheWay);
  process.kill(stuck!, 'SIGKILL');
  const told = new Set(await Promise.all(onTheWay));
  assert.deepEqual(
    [...told].filter((each) => each !== 200 && each !== 'ECONNRESET' && each !== 'UND_ERR_SOCKET'),
    [],
  );
  await until('the processes are so', () => isReplaced(stuck!));

  // A process with an error that nobody caught ends in order, and is replaced as well.
  process.kill(before[1]!, 'SIGUSR2');
  await until('the processes are so', () => isReplaced(before[1]!));
  assert.deepEqual(ends.at(-1), { pid: before[1], code: 1, signal: null });
  for (let n = 0; n < 4; n++)
    await until('the processes are so', async () => (await call('/odata/Folders')).status === 200);

  await server.stop();
  isStopped = true;
  assert.deepEqual(children(), []);
  await assert.rejects(fetch(server.url));
});

test('what keeps a process from starting is told, and nothing is left behind', async (t) => {
  const { url: databaseUrl } = await testDatabase(t);
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-processes-'));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const settings = {
    BATON_DATA: dataFolder,
    DATABASE_URL: databaseUrl,
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATON_LOG_LEVEL: 'silent',
  };
  const first = await startServer(readConfig({ ...settings, BATON_PORT: '0' }));
  t.after(() => first.stop());
  const taken = new URL(first.url).port;
  const second = startServer(readConfig({ ...settings, BATON_PORT: taken, BATON_PROCESSES: '2' }));
  await assert.rejects(second, { code: 'EADDRINUSE' });
  assert.deepEqual(children(), []);
});
