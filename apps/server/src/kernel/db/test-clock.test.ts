import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { MIGRATIONS, OtherSchema } from './migrate.ts';
import type { Database } from './sql.ts';
import { prepareTestClock } from './test-clock.ts';
import { testDatabase } from './test-database.ts';

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'baton-clock-'));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(
  join(folder, '0001_times.sql'),
  `create table times (id int, made_at timestamptz not null default now(), touched_at timestamptz);
   create view old as select id from times where made_at < now() - interval '1 day';
   create function touch() returns trigger language plpgsql as $$
   begin
     new.touched_at := clock_timestamp();
     return new;
   end $$;
   create trigger touch before insert on times for each row execute function touch();`,
);
const { db } = await testDatabase({ after }, { migrations: folder, testClock: true });

const turn = (on: Pick<Database, 'execute'>, ms: number) =>
  on.execute(sql`
    update test_clock.turned set before_ms = ahead_ms, ahead_ms = ahead_ms + ${ms}, turned_at = pg_catalog.clock_timestamp()`);

/** Days, to the hour, by which an expression is ahead of the machine's time. */
async function daysAhead(on: Pick<Database, 'first'>, expression: string): Promise<number> {
  const row = await on.first<{ days: number }>({
    text: `select round((extract(epoch from ${expression} - pg_catalog.clock_timestamp()) / 86400)::numeric, 1) as days`,
    values: [],
  });
  return row!.days;
}

describe('a database whose time can be turned', () => {
  it('tells the turned time wherever SQL asks for it', async () => {
    await db.execute(sql`insert into times (id) values (1)`);
    assert.deepEqual(await db.query(sql`select id from old`), []);
    await turn(db, 3 * DAY);
    await db.execute(sql`insert into times (id) values (2)`);
    for (const name of ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']) {
      assert.equal(await daysAhead(db, `${name}()`), 3, name);
      assert.equal(await daysAhead(db.hot, `${name}()`), 3, name);
    }
    for (const column of ['made_at', 'touched_at'])
      assert.equal(await daysAhead(db, `(select ${column} from times where id = 2)`), 3, column);
    assert.deepEqual(await db.query(sql`select id from old`), [{ id: 1 }]);
  });

  it('tells a transaction that is under way no other time', async () => {
    await db.transaction(async (tx) => {
      const before = await tx.first<{ now: string }>(sql`select now()`);
      await turn(db, 3 * DAY);
      assert.deepEqual(await tx.first(sql`select now()`), before);
      assert.equal(await daysAhead(tx, 'clock_timestamp()'), 6);
    });
    assert.equal(await daysAhead(db, 'now()'), 6);
  });
});

it('is made with its clock: neither kind becomes the other', async (t) => {
  const [plain, empty] = await Promise.all([
    testDatabase(t),
    testDatabase(t, { migrations: mkdtempSync(join(folder, 'none')) }),
  ]);
  await prepareTestClock(plain.db, false);
  await assert.rejects(prepareTestClock(plain.db, true), (error: Error) => {
    assert.ok(error instanceof OtherSchema);
    assert.match(error.message, /^BATON_TEST_CLOCK: .* take an empty one$/);
    return true;
  });
  await assert.rejects(prepareTestClock(db, false), /was made with BATON_TEST_CLOCK=true/);
  await prepareTestClock(db, true);
  await empty.db.execute(sql`drop table schema_migrations`);
  // Of nodes that start together one makes it.
  await Promise.all([1, 2, 3].map(() => prepareTestClock(empty.db, true)));
  assert.deepEqual(await empty.db.query(sql`select ahead_ms from test_clock.turned`), [{ ahead_ms: 0 }]);
});

it('leaves no default and no view of the product at the time of the machine', async (t) => {
  const { db: all } = await testDatabase(t, { migrations: MIGRATIONS, testClock: true });
  const machine = await all.query<{ name: string }>(sql`
    select distinct d.classid::regclass || ' ' || d.objid as name from pg_depend d
     where d.refclassid = 'pg_proc'::regclass
       and d.refobjid in (select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
                           and proname in ('now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp'))`);
  assert.deepEqual(machine, []);
  const defaults = await all.query<{ text: string }>(sql`
    select pg_get_expr(adbin, adrelid) as text from pg_attrdef
     where pg_get_expr(adbin, adrelid) ~* '(now|timestamp)\\('`);
  assert.ok(defaults.length > 20, `${defaults.length} defaults`);
  for (const { text } of defaults) assert.doesNotMatch(text, /pg_catalog|current_timestamp/i);
});
