import assert from 'node:assert/strict';
import { it } from 'node:test';
import sql, { raw } from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { openDatabase } from '../db/database.ts';
import type { Queryable } from '../db/sql.ts';
import { silent, testDatabase, untilWaiting } from '../db/test-database.ts';
import type { EventTable } from './event.ts';
import { followOnce } from './follow.ts';
import { keepEvents } from './keep-events.ts';
import { BEGINNING, readEvents } from './read-events.ts';

const OTHERS = { table: 'other_events', days: 50 } as const;
const ITEMS = { table: 'item_events', days: 0 } as const;

/** The key of the event is its age in months. */
const tell = (db: Queryable, monthsAgo: number, entity = 'Asset'): Promise<number> =>
  db.execute(sql`
    insert into events (tenant_id, type, entity, entity_key, created_at)
    select 1, 'x.y', ${entity}, ${String(monthsAgo)}, date_trunc('month', now(), 'UTC') - make_interval(months => ${monthsAgo}::int)
             + interval '10 days'`);

/** A database in which each of these months has its own tables, with one event of each kind. */
async function months(t: Parameters<typeof testDatabase>[0], ...ago: readonly number[]) {
  const { db, url } = await testDatabase(t);
  for (const n of ago)
    for (const [entity, table] of [
      ['Asset', 'other_events'],
      ['QueueItem', 'item_events'],
    ] as const) {
      await tell(db, n, entity);
      await db.first(sql`
        select make_month_of_events(${table}, date_trunc('month', now(), 'UTC') + interval '1 day', ${-n}::int)`);
    }
  await shown(db, 2 * ago.length);
  return { db, url };
}

/** Transactions on the same PostgreSQL hold the events up for a moment. */
const shown = (db: Queryable, count: number): Promise<unknown> =>
  until(`${count} are shown`, async () => {
    const { events } = await readEvents(db, BEGINNING, { most: 100 });
    return events.length === count;
  });

const keysIn = async (db: Queryable, table: EventTable): Promise<number[]> =>
  (await db.query<{ key: string }>(sql`select entity_key as key from ${raw(table)} order by xid, id`)).map(
    ({ key }) => Number(key),
  );
const tablesOf = async (db: Queryable, table: EventTable): Promise<string[]> =>
  (
    await db.query<{ name: string }>(sql`
      select relname as name from pg_inherits join pg_class c on c.oid = inhrelid
       where inhparent = ${table}::regclass order by 1`)
  ).map(({ name }) => name);

it('months are made ahead, once, and take over what waited for them', async (t) => {
  const { db, url } = await testDatabase(t);
  const other = await openDatabase({ url, log: silent() });
  const before = await tablesOf(db, 'other_events');
  assert.equal(before.length, 4, 'this month, the next two, and the rest');
  await tell(db, 0);
  await tell(db, -4);
  await db.first(sql`select make_month_of_events('other_events', now(), 4)`);
  await Promise.all([keepEvents(db, OTHERS), keepEvents(other, OTHERS), keepEvents(db, ITEMS)]);
  assert.deepEqual((await tablesOf(db, 'other_events')).length, 5);
  const places = await db.query<{ place: string }>(sql`
    select distinct tableoid::regclass::text as place from events where tableoid::regclass::text like '%default'`);
  assert.deepEqual(places, []);
  await other.close();
});

it('what is old enough goes by the month, of each table after its own time, and readers know', async (t) => {
  const { db } = await months(t, 5, 4, 3, 1, 0);
  const all = await readEvents(db, BEGINNING, { most: 100 });
  assert.equal(all.events.length, 10);
  const gone = await keepEvents(db, OTHERS);
  assert.equal(gone.length, 3);
  assert.deepEqual(await keepEvents(db, ITEMS), []);
  assert.deepEqual(await keysIn(db, 'other_events'), [1, 0]);
  assert.deepEqual(await keysIn(db, 'item_events'), [5, 4, 3, 1, 0]);
  const [first, , , , , , , last] = all.events;
  const isCut = async (place: typeof first, of?: 'jobs' | 'items'): Promise<boolean> =>
    (await readEvents(db, place!, { most: 1, of: of && [kindOf(of)] })).isCut;
  assert.deepEqual(
    [
      await isCut(first),
      await isCut(first, 'jobs'),
      await isCut(first, 'items'),
      await isCut(last),
      await isCut(BEGINNING as never),
    ],
    [true, true, false, false, false],
  );
  await keepEvents(db, { ...ITEMS, days: 100 });
  const left = await keysIn(db, 'item_events');
  assert.deepEqual([left.includes(5), left.includes(1)], [false, true]);
  assert.equal(await isCut(first, 'items'), true);
});

it('events of items go with their items, and then their month', async (t) => {
  const { db } = await months(t, 3, 2);
  await db.execute(
    sql`delete from events where entity = 'QueueItem' and entity_key::bigint = any('{3}'::bigint[])`,
  );
  const gone = await keepEvents(db, ITEMS);
  assert.equal(gone.length, 1);
  assert.deepEqual(await keysIn(db, 'item_events'), [2]);
});

it('a follower that is behind is waited for, and then told', async (t) => {
  const { db } = await months(t, 5, 3, 1);
  await db.execute(sql`insert into event_cursors (name, xid, id) values ('slow', '1', 0)`);
  // Events of five months ago are more than twice as old as needed.
  assert.equal((await keepEvents(db, OTHERS)).length, 1);
  assert.deepEqual(await keysIn(db, 'other_events'), [3, 1]);
  const warnings: unknown[] = [];
  const followed: number[] = [];
  const slow = {
    name: 'slow',
    from: 'now',
    run: (_: unknown, events: readonly { key: string; entity: string }[]) =>
      Promise.resolve(
        followed.push(...events.filter(({ entity }) => entity === 'Asset').map(({ key }) => Number(key))),
      ),
  } as const;
  await followOnce(db, slow, { warn: (...said: unknown[]) => void warnings.push(said[0]) });
  assert.deepEqual(followed, [3, 1]);
  assert.deepEqual(warnings, [{ follower: 'slow', after: { xid: '1', id: 0 } }]);
  assert.equal((await keepEvents(db, OTHERS)).length, 1);
  assert.deepEqual(await keysIn(db, 'other_events'), [1]);
});

it('what nobody has been shown yet stays', async (t) => {
  const { db } = await testDatabase(t);
  await db.transaction(async (tx) => {
    // A transaction that writes holds up all readers. Events that they have not been shown are not dropped.
    await tx.execute(sql`insert into event_cursors (name, xid, id) values ('x', '9000000000000000000', 0)`);
    await tell(db, 4);
    await db.first(sql`select make_month_of_events('other_events', now(), -4)`);
    assert.deepEqual(await keepEvents(db, OTHERS), []);
  });
  await shown(db, 1);
  assert.equal((await keepEvents(db, OTHERS)).length, 1);
});

it('nobody waits for long while a month is made or goes, whoever writes for how long', async (t) => {
  const { db } = await months(t, 5, 0);
  await db.transaction(async (tx) => {
    await tell(tx, 0);
    const keeping = keepEvents(db, OTHERS);
    await untilWaiting(db, 1);
    // This has to wait behind the transaction that waits for the lock.
    await tell(db, 0);
    assert.deepEqual(await keeping, []);
  });
  assert.equal((await keepEvents(db, OTHERS)).length, 1);
  assert.deepEqual(await keysIn(db, 'other_events'), [0, 0, 0]);
});

it('what came to no month goes row by row', async (t) => {
  const { db } = await testDatabase(t);
  for (const ago of [5, 4, 0]) await tell(db, ago);
  await shown(db, 3);
  const { events } = await readEvents(db, BEGINNING, { most: 2 });
  await keepEvents(db, OTHERS);
  assert.deepEqual(await keysIn(db, 'other_events'), [0]);
  assert.equal((await readEvents(db, events[0]!, { most: 1 })).isCut, true);
  assert.equal((await readEvents(db, events[1]!, { most: 1 })).isCut, false);
});

function kindOf(what: 'jobs' | 'items') {
  const keptIn: EventTable = what === 'items' ? 'item_events' : 'other_events';
  return {
    type: 'x.y',
    of: { entity: 'X', key: 'id', reading: { scope: 'OR.Jobs' }, keptIn },
    payload: {},
    wakes: [],
    isPublic: false,
  } as const;
}
