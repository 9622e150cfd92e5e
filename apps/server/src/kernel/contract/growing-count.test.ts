import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sql, { raw, type Sql } from 'sql-template-tag';
import { openDatabase } from '../db/database.ts';
import { silent, stopsOf, testDatabase } from '../db/test-database.ts';
import { growingCount, growthOf, looksElsewhere } from './growing-count.ts';

const atEnd = stopsOf({ after });
const { db, url, drop } = await testDatabase();
atEnd(drop);
/** Another process on the same database. */
const node = await openDatabase({ url, log: silent(), unref: true });
atEnd(() => node.close());
const memories = [growthOf(db), growthOf(node)] as const;
/** Counts as the server that uses this database connection. */
const grown = (by: typeof db, statement: ReturnType<typeof counting>): Promise<number> =>
  growingCount(memories[by === db ? 0 : 1], growing, statement, by);
await db.execute(sql`create sequence lines_id`);
await db.execute(sql`
  create table lines (id bigint not null default nextval('lines_id'), at int not null, kind int) partition by range (at)`);
await db.execute(sql`create table lines_old partition of lines for values from (0) to (1000)`);
await db.execute(sql`create table lines_new partition of lines for values from (1000) to (2000)`);
const growing = { table: 'lines', sequence: 'lines_id' };

/** Takes long enough to be worth keeping. */
const counting =
  (kind: number) =>
  (behind: number | undefined): Sql =>
    sql`
    select count(*) as count from lines, (values (pg_sleep(0.006))) slept
     where kind <> ${kind} ${behind === undefined ? raw('') : sql`and id > ${behind}`}`;

async function everywhere(expected: number): Promise<void> {
  for (const each of [db, node, db, node]) {
    assert.equal(await grown(each, counting(9)), expected);
    assert.equal(await grown(each, counting(-1)), expected + 1);
  }
}

test('a count is exact on each node, whoever writes, rolls back or commits late', async () => {
  await db.execute(sql`insert into lines (at, kind) values (0, 9)`);
  await everywhere(0);
  let rows = 0;
  for (let n = 1; n <= 20; n++) {
    await (n % 2 === 0 ? db : node).execute(
      sql`insert into lines (at, kind) select ${(n * 97) % 2000}, ${n % 3} from generate_series(1, ${n})`,
    );
    await everywhere((rows += n));
  }
  // Takes its ids early. It commits only after rows with later ids have been counted again and again.
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = db.transaction(async (tx) => {
    await tx.execute(sql`insert into lines (at, kind) values (1, 1), (1001, 1)`);
    written.resolve();
    await over;
  });
  await written.promise;
  try {
    for (let n = 0; n < 5; n++) {
      await node.execute(sql`insert into lines (at, kind) values (5, 1)`);
      await everywhere((rows += 1));
    }
  } finally {
    resolve();
    await late;
  }
  await everywhere((rows += 2));
  const undone = db.transaction(async (tx) => {
    await tx.execute(sql`insert into lines (at, kind) values (1, 1)`);
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  await everywhere(rows);
});

test('with many writers at once no row is left out and none counted twice', async () => {
  const count = (): Promise<number> => grown(node, counting(-1));
  const before = await count();
  let written = 0;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 40; n++) {
      await db.transaction(async (tx) => {
        await tx.execute(sql`insert into lines (at, kind) values (${writer}, 1)`);
        await tx.execute(sql`insert into lines (at, kind) values (${1000 + n}, 1)`);
      });
      written += 2;
    }
  });
  let isOver = false;
  const all = Promise.all(writers).finally(() => (isOver = true));
  while (!isOver) {
    const least = before + written;
    const found = await count();
    assert.ok(found >= least && found <= before + 640, `${found}, at least ${least}`);
    assert.equal((found - before) % 2, 0, 'half a transaction was counted');
  }
  await all;
  assert.equal(await count(), before + 640);
});

test('what was counted is not read again', async () => {
  const seen: (number | undefined)[] = [];
  const noting = (behind: number | undefined): Sql => {
    seen.push(behind);
    return counting(-1)(behind);
  };
  await grown(node, noting);
  seen.length = 0;
  await db.execute(sql`insert into lines (at, kind) values (3, 1)`);
  await grown(node, noting);
  assert.ok(seen.filter((behind) => behind === undefined).length === 1, 'the whole is the key only');
  assert.ok(seen.some((behind) => behind !== undefined && behind > 200));
});

test('rows that somebody removes by hand are noticed, and so is a partition that goes', async () => {
  const count = (): Promise<number> => grown(node, counting(-1));
  const before = await count();
  const gone = await db.execute(
    sql`delete from lines where id in (select id from lines order by id limit 3)`,
  );
  assert.equal(gone, 3);
  // PostgreSQL updates its statistics of deleted rows a moment later.
  while ((await count()) !== before - 3);
  const { left } = (await db.first<{ left: number }>(sql`select count(*) as left from lines_new`))!;
  await db.execute(sql`drop table lines_old`);
  assert.equal(await count(), left);
});

test('only what hangs on the row alone is kept', () => {
  assert.equal(looksElsewhere(counting(1)(1)), false);
  for (const elsewhere of [
    sql`select count(*) from lines where id = (select 1)`,
    sql`select count(*) from lines left join others on true`,
    sql`SELECT count(*) FROM lines WHERE at > now()`,
  ]) {
    assert.equal(looksElsewhere(elsewhere), true, elsewhere.text);
  }
});
