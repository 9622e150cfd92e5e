import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sql from 'sql-template-tag';
import { openDatabase } from '../db/database.ts';
import { silent, stopsOf, testDatabase } from '../db/test-database.ts';
import { type Counts, rememberedCount } from './remembered-count.ts';

const atEnd = stopsOf({ after });
const { db, url, drop } = await testDatabase();
atEnd(drop);
/** Another process on the same database. With one connection, it can read a setting of its session again. */
const node = await openDatabase({ url, log: silent(), max: 1, unref: true });
atEnd(() => node.close());
const memories: Counts[] = [new Map(), new Map()];
/** Counts as the server that uses this database connection. */
const remembered = (by: typeof db, statement: typeof counting): Promise<number> =>
  rememberedCount(memories[by === db ? 0 : 1]!, statement, by);
await db.execute(sql`create table things (id int primary key, kind int)`);

/** Takes long enough to be worth remembering, and counts its runs in a setting of the session. */
const counting = sql`select count(*) from things, (select pg_sleep(0.006),
  set_config('test.runs', (current_setting('test.runs')::int + 1)::text, false) offset 0) noted`;

const runs = async (): Promise<number> =>
  (await node.first<{ runs: number }>(sql`select current_setting('test.runs')::int as runs`))!.runs;

test('a count is exact on each node, whoever writes, rolls back or commits late', async () => {
  await node.execute(sql`select set_config('test.runs', '0', false)`);
  const slow = sql`select count(*) from things, (select pg_sleep(0.006) offset 0) slept where kind <> ${9}`;
  const everywhere = async (expected: number): Promise<void> => {
    for (const each of [db, node, db, node]) assert.equal(await remembered(each, slow), expected);
  };
  await everywhere(0);
  for (let n = 1; n <= 20; n++) {
    const writer = n % 2 === 0 ? db : node;
    await writer.execute(sql`insert into things values (${n}, ${n % 3})`);
    await everywhere(n);
  }
  // This transaction is under way during a count, and commits afterwards.
  const { promise, resolve } = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = db.transaction(async (tx) => {
    await tx.execute(sql`delete from things where id <= 5`);
    written.resolve();
    await promise;
  });
  await written.promise;
  await everywhere(20);
  resolve();
  await late;
  await everywhere(15);
  const undone = db.transaction(async (tx) => {
    await tx.execute(sql`delete from things`);
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  await everywhere(15);
  await node.execute(sql`update things set kind = 9 where id = 20`);
  await everywhere(14);
});

test('each filter has a count of its own, whatever else they share', async () => {
  const slow = (kind: number) =>
    sql`select count(*) from things, (select pg_sleep(0.006) offset 0) slept where kind <> ${kind}`;
  await node.transaction(async (tx) => {
    // All counts use one snapshot, whatever other tests write.
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    for (const [kind, expected] of [
      [9, 14],
      [0, 10],
      [2, 11],
      [9, 14],
    ] as const)
      assert.equal(await rememberedCount(memories[0]!, slow(kind), tx), expected);
  });
});

test('while nothing is written anywhere it is made once', async () => {
  await node.execute(sql`select set_config('test.runs', '0', false)`);
  // Other tests write to the same server at the same time, so this tries again until there is a pause.
  for (const until = Date.now() + 120_000; ; ) {
    await remembered(node, counting);
    const before = await runs();
    for (let n = 0; n < 3; n++) assert.equal(await remembered(node, counting), 15);
    if ((await runs()) === before) return;
    assert.ok(Date.now() < until, 'each count was made anew');
  }
});
