import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import sql from 'sql-template-tag';
import { type Answer, type Caller, testServer } from '../../../server.fixture.ts';
import { queueKit } from '../queues.fixture.ts';
import { patienceOf, waitForItem } from './wait-for-item.ts';

// Whoever has an item locked may leave it as it is: 204 would send a robot home while there is work.
// tests/races-queues.fixture.ts has the same on two servers, without anything held still.

// A loaded machine takes its time while an item is held.
const server = await testServer({ after }, { BATON_QUEUE_LOCK_SECONDS: '600' });
const caller = server.admin.in(server.folder.id);
const { newQueue, add } = queueKit(caller);

interface Holder {
  /** Ends the transaction that has the item locked. */
  release(): Promise<unknown>;
}

/** Another session that has the item locked, as one that edits it or archives it. */
async function hold(t: TestContext, id: number): Promise<Holder> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  t.after(() => client.end());
  await client.query('begin');
  await client.query('select from queue_items where id = $1 for update', [id]);
  return { release: () => client.query('commit') };
}

async function untilSomebodyWaits(answer: Promise<Answer>): Promise<void> {
  let early: Answer | undefined;
  void answer.then((value) => (early = value));
  for (;;) {
    assert.equal(early, undefined, `answered ${early?.status} while the item was locked`);
    const waiting = await server.db.first(sql`
      select from pg_locks l join pg_stat_activity a using (pid)
       where not l.granted and a.datname = current_database()`);
    if (waiting) return;
    await delay(10);
  }
}

const DUE = { DeferDate: '2199-01-01T00:00:00Z' };
const START = '/odata/Queues/UiPathODataSvc.StartTransaction';
type Start = (by: Caller, queue: string) => Promise<Answer>;
const plain: Start = (by, Name) => by.post(START, { transactionData: { Name } });
const STARTS: readonly (readonly [how: string, item: object, start: Start])[] = [
  ['the next one', {}, plain],
  ['one that was deferred and is due', DUE, plain],
  ['one by its reference', {}, (by, Name) => by.post(START, { transactionData: { Name, Reference: 'R' } })],
  [
    'one by the beginning of its reference',
    {},
    (by, Name) =>
      by.post(START, { transactionData: { Name, Reference: 'R', ReferenceFilterOption: 'StartsWith' } }),
  ],
  ['with an Idempotency-Key', {}, (by, Name) => plain(by.with({ 'idempotency-key': randomUUID() }), Name)],
  [
    'a deferred one with an Idempotency-Key',
    DUE,
    (by, Name) => plain(by.with({ 'idempotency-key': randomUUID() }), Name),
  ],
];

for (const [how, item, start] of STARTS)
  test(`a start waits for a locked item: ${how}`, async (t) => {
    const queue = await newQueue();
    const { Id } = await add(queue.Name, { Reference: 'R', ...item });
    await server.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`); // time passes: no trigger sees it
      await tx.execute(sql`update queue_items set defer_at = now() where id = ${Id} and waits`);
    });
    const holder = await hold(t, Id);
    const answer = start(caller, queue.Name);
    await untilSomebodyWaits(answer);
    await holder.release();
    const { status, body } = await answer;
    assert.deepEqual([status, body?.Id], [200, Id]);
    assert.equal((await start(caller, queue.Name)).status, 204);
  });

test('others are served meanwhile, and many who wait take one connection', async (t) => {
  const [locked, other] = [await newQueue(), await newQueue()];
  const { Id } = await add(locked.Name);
  const holder = await hold(t, Id);
  const waiting = Array.from({ length: 40 }, () => plain(caller, locked.Name));
  await untilSomebodyWaits(waiting[0]!);
  assert.equal((await plain(caller, other.Name)).status, 204);
  await add(other.Name);
  assert.equal((await plain(caller, other.Name)).status, 200);
  const { Id: second } = await add(locked.Name);
  assert.equal((await plain(caller, locked.Name)).body.Id, second, 'what is free goes first');
  await holder.release();
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal(statuses.filter((status) => status === 204).length, 39);
});

test('a lock that nobody gives up ends the waiting with words', async (t) => {
  const { Id } = await add((await newQueue()).Name);
  const holder = await hold(t, Id);
  await assert.rejects(
    server.db.transaction((tx) => waitForItem(tx, Id, patienceOf(0.05))),
    { status: 503, message: /locked for 0.05 seconds/ },
  );
  // Of one item after the other, too: all of them together.
  const { Id: free } = await add((await newQueue()).Name);
  await assert.rejects(
    server.db.transaction((tx) => waitForItem(tx, free, patienceOf(0))),
    { status: 503 },
  );
  await holder.release();
});
