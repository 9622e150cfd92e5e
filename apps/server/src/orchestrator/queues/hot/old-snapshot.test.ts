import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { testServer } from '../../../server.fixture.ts';
import { queueKit, SERVICE } from '../queues.fixture.ts';
import { startItems } from './start-batch.ts';

// A report, a dump or a forgotten `begin` keeps PostgreSQL from removing what starts leave behind in the
// ready index. Rates are measured by bench/depth.ts; here the entries are counted that one start walks, which
// no other work on the machine changes.

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const kit = queueKit(caller);
const { db } = server;

const STARTED = 3000;
const CALLERS = 32;
const LANES = 6;

/**
 * Starts one item, and answers how many entries of both indexes that walked: of what is ready, and
 * of the floors.
 */
async function walkedByAStart(queueId: number): Promise<{ ready: number; floors: number }> {
  return db.transaction(async (tx) => {
    // As connections for batches are (kernel/db/database.ts).
    await tx.execute({
      text: 'set local enable_seqscan = off; set local enable_bitmapscan = off',
      values: [],
    });
    const before = await entriesRead(tx);
    await startItems(tx, [{ queueId, robotId: null, jobKey: null, actor: null }]);
    const after = await entriesRead(tx);
    return { ready: after.ready - before.ready, floors: after.floors - before.floors };
  });
}

/** What this connection has not yet told the statistics: exact, and its own. */
async function entriesRead(tx: Queryable): Promise<{ ready: number; floors: number }> {
  const row = await tx.first<{ ready: number; floors: number }>({
    text: `select pg_stat_get_xact_tuples_returned('queue_items_ready'::regclass) as ready,
      pg_stat_get_xact_tuples_returned('queue_lanes_pkey'::regclass) as floors`,
    values: [],
  });
  return row!;
}

async function addMany(queueName: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1000) {
    const { status, text } = await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName,
      commitType: 'AllOrNothing',
      queueItems: Array.from({ length: Math.min(1000, left) }, () => ({ SpecificContent: { A: 1 } })),
    });
    assert.equal(status, 200, text);
  }
}

async function startMany(queueName: string, count: number): Promise<void> {
  let left = count;
  const robot = async (): Promise<void> => {
    while (left-- > 0) assert.equal((await kit.start(queueName)).status, 200);
  };
  await Promise.all(Array.from({ length: CALLERS }, robot));
}

/** Another session that has looked once, and never ends its transaction. */
async function holdSnapshot(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from queue_items');
  return client;
}

test('under an old snapshot a start does not walk past what was started before', async (t) => {
  const queue = await kit.newQueue();
  await addMany(queue.Name, STARTED + 2000);
  const holder = await holdSnapshot();
  t.after(() => holder.end());

  assert.ok((await walkedByAStart(queue.Id)).ready <= 2);
  await startMany(queue.Name, STARTED);
  // Floors are raised beside the calls, after some more starts where the last ones came too early.
  let walked = { ready: Number.POSITIVE_INFINITY, floors: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < 40 && walked.ready > STARTED / 5; tries++) {
    await startMany(queue.Name, 40);
    walked = await walkedByAStart(queue.Id);
  }
  assert.ok(walked.ready <= STARTED / 5, `a start walks ${walked.ready} items`);
  const floor = await db.first<{ turn: number }>({
    text: 'select max(turn) as turn from queue_lanes where queue_id = $1',
    values: [queue.Id],
  });
  assert.ok(floor!.turn > LANES, `raised ${floor!.turn} times`);
  assert.ok(walked.floors <= LANES, `a start walks ${walked.floors} floors`);

  // The same without floors walks past all of them: so it was the floors, and the snapshot was held.
  await db.execute({
    text: `update queue_lanes set floor_at = '-infinity', floor_id = 0 where queue_id = $1`,
    values: [queue.Id],
  });
  const { ready } = await walkedByAStart(queue.Id);
  assert.ok(ready > STARTED, `without floors a start walks ${ready} items`);
});
