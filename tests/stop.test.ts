import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Env, type Live, live } from '../apps/cli/src/cli.fixture.ts';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import { testDatabase } from '../apps/server/src/kernel/db/test-database.ts';

const CALLS = 16;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Calls over connections that are kept, as clients have them. */
function caller(t: TestContext, url: string, token?: string, folder?: number): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  t.after(() => agent.destroy());
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const call = request(url + path, {
        method,
        agent,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(folder && { 'x-uipath-organizationunitid': String(folder) }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
      });
      call.on('error', reject);
      call.on('response', async (response) => {
        try {
          const text = (await response.toArray()).join('');
          resolve({ status: response.statusCode!, headers: response.headers, text });
        } catch (error) {
          reject(error);
        }
      });
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

async function surroundings(t: TestContext): Promise<{ env: Env; db: Database }> {
  const { url, db } = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'baton-stop-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const env = {
    BATON_DATA: folder,
    BATON_PORT: '0',
    DATABASE_URL: url,
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_LOG_LEVEL: 'silent',
    BATON_STOP_SECONDS: '600',
  };
  return { env, db };
}

function serve(t: TestContext, env: Env, command: readonly string[] = ['server']): Live {
  const server = live(command, env);
  t.after(() => server.end('SIGKILL'));
  return server;
}

const PASSWORD = /password (\S+) \(shown this once\)/;

async function signIn(t: TestContext, server: Live): Promise<{ url: string; token: string; folder: number }> {
  const listening = await server.event('listening');
  const url = String(listening['url']);
  const told = listening['firstAdministrator'] as { password: string } | undefined;
  await until(() => told !== undefined || PASSWORD.test(server.errors()));
  const password = told?.password ?? PASSWORD.exec(server.errors())![1];
  const send = caller(t, url);
  const answer = await send('POST', '/api/Account/Authenticate', {
    usernameOrEmailAddress: 'admin',
    password,
  });
  assert.equal(answer.status, 200, answer.text);
  const token = (JSON.parse(answer.text) as { result: string }).result;
  const discovery = await send('GET', '/identity/.well-known/openid-configuration');
  const { issuer } = JSON.parse(discovery.text) as { issuer: string };
  assert.equal(issuer, `${url}/identity`, 'links lead here, whichever port was free');
  const folders = await caller(t, url, token)('GET', '/odata/Folders');
  const [shared] = (JSON.parse(folders.text) as { value: { Id: number }[] }).value;
  return { url, token, folder: shared!.Id };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

/**
 * Where a process hands connections round (worker-processes.ts), one that comes after the others' stop hangs.
 */
const isRefused = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    () => false,
    () => true,
  );

for (const [name, command, more] of [
  ['one process', ['server'], {}],
  ['two processes', ['server'], { BATON_PROCESSES: '2', BATON_DATABASE_CONNECTIONS: '40' }],
  ['baton start', ['start', '--no-robot'], {}],
] as const) {
  test(`SIGTERM answers ${CALLS} calls in flight: ${name}`, { timeout: 600_000 }, async (t) => {
    const { env, db } = await surroundings(t);
    const server = serve(t, { ...env, ...more }, command);
    const { url, token, folder } = await signIn(t, server);
    if (command[0] === 'start') await server.event('ready');
    const send = caller(t, url, token, folder);
    // Connections that are kept, with nothing to say: they hold nobody up.
    await Promise.all(Array.from({ length: 4 }, () => send('GET', '/odata/Folders')));

    let ended: Promise<number | null> | undefined;
    const answers: Promise<Answer>[] = [];
    await db.transaction(async (tx) => {
      await tx.execute({ text: 'lock table assets in access exclusive mode', values: [] });
      for (let n = 0; n < CALLS; n++)
        answers.push(
          send('POST', '/odata/Assets', {
            Name: `a${n}`,
            ValueScope: 'Global',
            ValueType: 'Text',
            StringValue: 'x',
          }),
        );
      let early: unknown;
      for (const answer of answers)
        answer.then(
          ({ text }) => (early = text),
          (error) => (early = error),
        );
      await until(async () => {
        const row = await db.first<{ waiting: number }>({
          text: `select count(*)::int as waiting from pg_locks
                  where not granted and relation = 'assets'::regclass`,
          values: [],
        });
        assert.equal(early, undefined);
        return row!.waiting === CALLS;
      });
      ended = server.end('SIGTERM');
      await until(() => isRefused(url));
    });
    for (const answer of await Promise.all(answers)) {
      assert.equal(answer.status, 201, answer.text);
      assert.equal(answer.headers['connection'], 'close');
    }
    assert.equal(await ended, 0);
    const kept = await db.first<{ count: number }>({
      text: 'select count(*)::int from assets',
      values: [],
    });
    assert.equal(kept!.count, CALLS);
  });
}

test('whatever was committed was answered, whenever SIGTERM comes', { timeout: 600_000 }, async (t) => {
  const { env, db } = await surroundings(t);
  const server = serve(t, env);
  const { url, token, folder } = await signIn(t, server);
  const send = caller(t, url, token, folder);
  const made = await send('POST', '/odata/QueueDefinitions', { Name: 'stop', EnforceUniqueReference: true });
  assert.equal(made.status, 201, made.text);
  const answered = new Set<string>();
  const clients = Array.from({ length: CALLS }, async (_, client) => {
    for (let n = 0; ; n++) {
      const Reference = `${client}-${n}`;
      const answer = await send('POST', '/odata/Queues/UiPathODataSvc.AddQueueItem', {
        itemData: { Name: 'stop', Reference, SpecificContent: { n } },
      }).catch(() => undefined);
      if (answer?.status !== 201) return answer;
      answered.add(Reference);
    }
  });
  await until(() => answered.size >= 10 * CALLS);
  const ended = server.end('SIGTERM');
  for (const last of await Promise.all(clients)) assert.equal(last, undefined, last?.text);
  assert.equal(await ended, 0);
  const rows = await db.query<{ reference: string }>({
    text: 'select reference from queue_items',
    values: [],
  });
  assert.deepEqual(new Set(rows.map(({ reference }) => reference)), answered);
});

test('what takes longer than the deadline is cut', { timeout: 600_000 }, async (t) => {
  const { env, db } = await surroundings(t);
  const server = serve(t, { ...env, BATON_STOP_SECONDS: '1' });
  const { url, token, folder } = await signIn(t, server);
  const send = caller(t, url, token, folder);
  await db.transaction(async (tx) => {
    await tx.execute({ text: 'lock table assets in access exclusive mode', values: [] });
    const cut = send('GET', '/odata/Assets').then(
      () => 'answered',
      () => 'cut',
    );
    await until(async () => {
      const row = await db.first({
        text: `select from pg_locks where not granted and relation = 'assets'::regclass`,
        values: [],
      });
      return row !== undefined;
    });
    const ended = server.end('SIGTERM');
    assert.equal(await cut, 'cut');
    void ended;
  });
});

test('a first start on a taken port loses no password', { timeout: 600_000 }, async (t) => {
  const { env } = await surroundings(t);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await until(() => other.listening);
  const taken = String((other.address() as AddressInfo).port);
  const failed = serve(t, { ...env, BATON_PORT: taken });
  assert.notEqual(await failed.ended(), 0);
  assert.doesNotMatch(failed.errors(), PASSWORD);
  await signIn(t, serve(t, env));
});

test('of two nodes that start on an empty database one tells the password, and it is good on both', {
  timeout: 600_000,
}, async (t) => {
  const { env } = await surroundings(t);
  const nodes = [serve(t, env), serve(t, env)];
  const urls = await Promise.all(nodes.map(async (node) => String((await node.event('listening'))['url'])));
  const told = (): string[] => nodes.flatMap((node) => PASSWORD.exec(node.errors())?.[1] ?? []);
  await until(() => told().length > 0);
  for (const url of urls) {
    const answer = await caller(t, url)('POST', '/api/Account/Authenticate', {
      usernameOrEmailAddress: 'admin',
      password: told()[0],
    });
    assert.equal(answer.status, 200, answer.text);
  }
  await Promise.all(nodes.map((node) => node.end('SIGTERM')));
  assert.equal(told().length, 1);
});
