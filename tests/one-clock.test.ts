import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { startSecondServer } from '../apps/server/src/second-server.fixture.ts';
import { type Caller, callerWith, signedIn, testServer } from '../apps/server/src/server.fixture.ts';

// Two nodes on one database, each a process of its own, whose time is turned.
const CLOCK = '/api/TestClock';
const key = randomBytes(32).toString('base64');
const settings = { BATON_TEST_CLOCK: 'true', BATON_ENCRYPTION_KEY: key };
const first = await testServer({ after }, settings);
const folder = await mkdtemp(join(tmpdir(), 'baton-second-'));
after(() => rm(folder, { recursive: true, force: true }));
const second = await startSecondServer(
  { after },
  { ...settings, DATABASE_URL: first.databaseUrl, BATON_DATA: folder, BATON_PORT: '0' },
);
const nodes: readonly Caller[] = [first.admin, callerWith(second.url, first.admin.token)];

const aheadOf = async (node: Caller): Promise<number> => {
  const { status, body, text } = await node.get(CLOCK);
  assert.equal(status, 200, text);
  return body.aheadSeconds;
};

const aheadOfDatabase = async (): Promise<number> =>
  (await first.db.first<{ ahead: number }>(sql`
    select extract(epoch from now() - pg_catalog.now()) as ahead`))!.ahead;

async function turn(node: Caller, advanceSeconds: number): Promise<number> {
  const { status, body, text } = await node.post(CLOCK, { advanceSeconds });
  assert.equal(status, 200, text);
  return body.aheadSeconds;
}

it('two nodes and the database agree on the time, whichever node turned it', async () => {
  for (const [i, seconds] of [61, 0.25, 300, 17.125, 1].entries()) {
    const ahead = await turn(nodes[i % 2]!, seconds);
    assert.deepEqual(
      await Promise.all([...nodes.map(aheadOf), aheadOfDatabase()]),
      [ahead, ahead, ahead],
      `after ${seconds} s`,
    );
  }
});

it('turns that come together on both nodes add up, and nobody sees the time go back', async () => {
  const before = await aheadOf(nodes[0]!);
  let isOver = false;
  const watch = async (node: Caller): Promise<void> => {
    for (let last = before; !isOver; ) {
      const now = await aheadOf(node);
      assert.ok(now >= last, `${now} after ${last}`);
      last = now;
    }
  };
  const watching = Promise.all(nodes.map(watch));
  await Promise.all(Array.from({ length: 20 }, (_, i) => turn(nodes[i % 2]!, 2)));
  isOver = true;
  await watching;
  assert.deepEqual(
    await Promise.all([...nodes.map(aheadOf), aheadOfDatabase()]),
    Array.from({ length: 3 }, () => before + 40),
  );
});

it('what one node wrote is as old on the other, and what one lets expire the other refuses', async () => {
  const person = await first.db.first<{ id: string }>(sql`select id from identity_users limit 1`);
  const { token } = await signedIn(first, person!.id); // for ten minutes
  const sessions = [first.url, second.url].map((url) => callerWith(url, token));
  for (const session of sessions) assert.equal((await session.get(CLOCK)).status, 200);
  const [one, two] = nodes.map((node) => node.in(first.folder.id)) as [Caller, Caller];
  const { body } = await one.post('/odata/QueueDefinitions', { Name: 'Deferred' });
  const inAnHour = new Date(Date.parse(body.CreationTime) + 3_600_000).toISOString();
  const itemData = { Name: 'Deferred', DeferDate: inAnHour, SpecificContent: { A: 1 } };
  const added = await one.post('/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData });
  assert.equal(added.status, 201, added.text);
  const take = () =>
    two.post('/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData: { Name: 'Deferred' } });
  await turn(one, 40 * 60);
  assert.equal((await take()).status, 204);
  for (const session of sessions) assert.equal((await session.get(CLOCK)).status, 401);
  await turn(one, 25 * 60);
  assert.equal((await take()).status, 200);
});
