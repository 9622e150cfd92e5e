import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSecondServer } from '../second-server.fixture.ts';
import { type Caller, callerWith, testServer } from '../server.fixture.ts';
import { LONGEST_MS, remember } from './remember.ts';

test('what is remembered, and how long it may be wrong at most', () => {
  assert.deepEqual(LONGEST_MS, {
    tenants: 5000,
    folders: 5000,
    rights: 5000,
    queues: 5000,
    robots: 5000,
    'bearers of tokens': 1000,
    'what clients hold': 1000,
    'live jobs': 1000,
    'personal access tokens': 1000,
    'revoked tokens': 1000,
    'signing keys': 1000,
    'outside providers': 600_000,
  });
});

test('nothing is remembered in another way', async () => {
  const source = fileURLToPath(new URL('../', import.meta.url));
  const files = (await readdir(source, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name),
  );
  const listening: string[] = [];
  const keeping: string[] = [];
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    if (/live\.on\(/.test(text)) listening.push(file);
    if (/new \w*Map<[^(;]*?Promise</s.test(text)) keeping.push(file);
  }
  // A notice either clears what is remembered, or wakes work that also looks by itself from time to time.
  assert.deepEqual(listening.sort(), [
    'kernel/background/on-notice.ts',
    'kernel/remember.ts',
    // This also reads the clock before each call.
    'kernel/test-clock.ts',
    'orchestrator/jobs/reap.ts',
    'orchestrator/robots-service/events.ts',
  ]);
  // The first file keeps templates of test databases. The last one keeps only work that is under way.
  assert.deepEqual(keeping.sort(), [
    'kernel/db/test-database.ts',
    'kernel/remember.ts',
    'orchestrator/queues/hot/hot.ts',
  ]);
});

test('an answer holds until it is too old, and what failed or is not worth keeping is asked again', async () => {
  let now = 0;
  let asked = 0;
  let next: () => Promise<string | undefined> = async () => 'first';
  const find = remember({
    what: 'folders',
    clock: () => now,
    keyOf: (key: string) => key,
    ask: () => {
      asked++;
      return next();
    },
    keeps: (answer) => answer !== undefined,
  });
  assert.deepEqual([await find('a'), await find('a')], ['first', 'first']);
  now = LONGEST_MS.folders - 1;
  next = async () => 'second';
  assert.deepEqual([await find('a'), asked], ['first', 1]);
  now = LONGEST_MS.folders;
  assert.deepEqual([await find('a'), asked], ['second', 2]);
  next = async () => undefined;
  assert.deepEqual([await find('b'), await find('b'), asked], [undefined, undefined, 4]);
  next = () => Promise.reject(new Error('no database'));
  await assert.rejects(find('c'), /no database/);
  next = async () => 'third';
  assert.equal(await find('c'), 'third');
});

test('a question that fails late drops no newer answer', async () => {
  const asked: PromiseWithResolvers<string>[] = [];
  let now = 0;
  const find = remember({
    what: 'folders',
    clock: () => now,
    keyOf: (key: string) => key,
    ask: () => (asked.push(Promise.withResolvers()), asked.at(-1)!.promise),
  });
  const first = find('a');
  now = LONGEST_MS.folders;
  const second = find('a');
  assert.equal(asked.length, 2);
  asked[0]!.reject(new Error('too late'));
  await assert.rejects(first, /too late/);
  asked[1]!.resolve('newer');
  assert.deepEqual([await second, await find('a'), asked.length], ['newer', 'newer', 2]);
});

test('callers who choose the keys do not make it grow', async () => {
  let asked = 0;
  const find = remember({
    what: 'folders',
    clock: () => 0,
    keyOf: (key: string) => key,
    ask: async () => asked++,
    most: 3,
  });
  for (const key of ['a', 'b', 'c', 'a']) await find(key);
  assert.equal(asked, 3);
  // Each of these answers displaces the oldest one, which is the one that is asked for next.
  for (const key of ['d', 'a', 'b']) await find(key);
  assert.equal(asked, 6);
});

/** Two nodes on one database. Changes are made on the first and observed on the second. */
async function twoNodes(t: TestContext) {
  const key = Buffer.alloc(32, 7).toString('base64');
  const first = await testServer(t, { BATON_ENCRYPTION_KEY: key });
  const folder = await mkdtemp(join(tmpdir(), 'baton-remember-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url } = await startSecondServer(t, {
    DATABASE_URL: first.databaseUrl,
    BATON_ENCRYPTION_KEY: key,
    BATON_DATA: folder,
    BATON_PORT: '0',
  });
  return { first, second: (caller: Caller) => callerWith(url, caller.token) };
}

/**
 * From now on every notice fails, on all nodes. This is as if a node died between its commit and its notice.
 */
const cutNotices = 'alter function pg_catalog.pg_notify(text, text) rename to pg_notify_cut';
const mendNotices = 'alter function pg_catalog.pg_notify_cut(text, text) rename to pg_notify';

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50);
}

test('without notices another node knows within seconds, and with them again at once', {
  timeout: 600_000,
}, async (t) => {
  const { first, second } = await twoNodes(t);
  const there = second(first.admin);
  const user = await first.user({ permissions: ['Queues.View'] });
  const userThere = second(user).in(first.folder.id);
  const shared = first.admin.in(first.folder.id);
  const queue = (await shared.post('/odata/QueueDefinitions', { Name: 'cut' })).body as { Id: number };
  const add = () =>
    there.in(first.folder.id).post('/odata/Queues/UiPathODataSvc.AddQueueItem', {
      itemData: { Name: 'cut', SpecificContent: {} },
    });

  await first.db.execute({ text: cutNotices, values: [] });
  // Prepared statements still find the renamed function, so both nodes have to open new connections.
  await first.db.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`,
    values: [],
  });
  // From now on the other node remembers folders, rights and queues.
  await until(
    async () => (await userThere.get('/odata/QueueDefinitions').catch(() => undefined))?.status === 200,
  );
  await until(async () => (await add()).status === 201);
  await assert.rejects(first.db.query({ text: `select pg_notify('baton_live', '')`, values: [] }));
  await t.test('a folder that was made', async () => {
    const made = await first.admin.post('/odata/Folders', { DisplayName: 'Made without notice' });
    assert.equal(made.status, 201);
    await until(async () => (await there.in(made.body.Id).get('/odata/QueueDefinitions')).status === 200);
  });
  await t.test('a right that was taken away', async () => {
    assert.equal((await userThere.get('/odata/QueueDefinitions')).status, 200);
    const taken = await first.admin.post('/odata/Folders/UiPath.Server.Configuration.OData.AssignUsers', {
      assignments: { UserIds: [user.userId], RolesPerFolder: [{ FolderId: first.folder.id, RoleIds: [] }] },
    });
    assert.ok(taken.status < 300, taken.text);
    await first.db.execute({ text: `delete from folder_users where user_id = ${user.userId}`, values: [] });
    await until(async () => (await userThere.get('/odata/QueueDefinitions')).status >= 400);
  });
  await t.test('a queue that was deleted', async () => {
    assert.equal((await add()).status, 201);
    assert.equal((await shared.delete(`/odata/QueueDefinitions(${queue.Id})`)).status, 204);
    await until(async () => (await add()).status === 404);
  });

  // Notices that failed are sent as soon as they can be.
  await first.db.execute({ text: mendNotices, values: [] });
  const made = await first.admin.post('/odata/Folders', { DisplayName: 'Made with notice' });
  await until(async () => (await there.in(made.body.Id).get('/odata/QueueDefinitions')).status === 200);
});
