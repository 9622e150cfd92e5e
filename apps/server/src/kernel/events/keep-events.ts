import { setTimeout as delay } from 'node:timers/promises';
import sql, { raw } from 'sql-template-tag';
import { claim } from '../background/claim.ts';
import type { Database, Transaction } from '../db/sql.ts';
import type { EventTable } from './event.ts';

export interface Kept {
  readonly table: EventTable;
  /** Days after which events may be dropped. 0: they are kept as long as the row that they are about. */
  readonly days: number;
}

/** How many months in advance tables are made. */
const AHEAD = 2;
/** A transaction that waits for a lock makes others wait behind it, so it gives up soon. */
const LOCK_MS = 300;
const TRIES = 5;
const PAUSE_MS = 200;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes the tables of this month and the next two, and drops tables whose events are all old enough
 * (migration 0220). A table is dropped only after readers were shown its events and followers have read them.
 * When its events are twice as old, a follower that has not read them no longer holds it back. Safe on
 * several nodes at once. If a long transaction is in the way, the table stays until the next run. Answers the
 * names of the dropped tables.
 */
export async function keepEvents(db: Database, kept: Kept): Promise<readonly string[]> {
  const { table } = kept;
  for (let month = 0; month <= AHEAD; month++)
    await briefly(db, table, (tx) =>
      tx.execute(sql`select make_month_of_events(${table}, now(), ${month}::int)`),
    );
  const gone: string[] = [];
  for (const month of await oldMonths(db, kept))
    if (await briefly(db, table, (tx) => dropMonth(tx, kept, month))) gone.push(month.name);
  if (kept.days > 0) await briefly(db, table, (tx) => deleteStrays(tx, kept));
  return gone;
}

/**
 * Runs work that locks a table. Undefined if another node is doing it, or if the lock was not free in time.
 */
async function briefly<T>(
  db: Database,
  table: EventTable,
  work: (tx: Transaction) => Promise<T>,
): Promise<T | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction(async (tx) => {
        if (!(await claim(tx, `keep ${table}`))) return undefined;
        await tx.execute(sql`select set_config('lock_timeout', ${String(LOCK_MS)}, true)`);
        return work(tx);
      });
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (tries === TRIES) return undefined;
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }
}

interface Month {
  readonly name: string;
  /** Old enough to be dropped even if a follower has not read it. */
  readonly isOverdue: boolean;
}

/**
 * The oldest first. If events go with their rows, these are all months that have ended, as they may be empty.
 */
const oldMonths = (db: Database, { table, days }: Kept): Promise<Month[]> =>
  db.query<Month>(sql`
    select name, ${days}::int > 0 and until < now() - make_interval(days => 2 * ${days}::int) as "isOverdue"
      from (select c.relname as name,
                   (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' as until
              from pg_inherits i join pg_class c on c.oid = i.inhrelid
             where i.inhparent = ${table}::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$') months
     where until < now() - make_interval(days => ${days}::int) order by name`);

interface Last {
  readonly xid: string;
  readonly id: number;
  /** Whether readers may see it: no older transaction is still under way. */
  readonly isShown: boolean;
  readonly isFollowed: boolean;
}

async function dropMonth(tx: Transaction, { table, days }: Kept, month: Month): Promise<boolean> {
  if (!mayGo(await lastOf(tx, month), month, days)) return false;
  await tx.execute(sql`lock table only ${raw(table)} in access exclusive mode`);
  const last = await lastOf(tx, month);
  if (!mayGo(last, month, days)) return false;
  if (last)
    await tx.execute(sql`
      insert into dropped_events as d (events_of, xid, id) values (${table}, ${last.xid}::xid8, ${last.id}) ${FURTHER}`);
  await tx.execute(sql`drop table ${raw(month.name)}`);
  return true;
}

/** For an insert into `dropped_events as d`: keeps the later place. */
const FURTHER = sql`
  on conflict (events_of) do update set xid = excluded.xid, id = excluded.id, dropped_at = excluded.dropped_at
   where (d.xid, d.id) < (excluded.xid, excluded.id)`;

const mayGo = (last: Last | undefined, { isOverdue }: Month, days: number): boolean =>
  !last || (days > 0 && last.isShown && (last.isFollowed || isOverdue));

const lastOf = (tx: Transaction, { name }: Month): Promise<Last | undefined> =>
  tx.first<Last>(sql`
    select e.xid::text as xid, e.id, e.xid < pg_snapshot_xmin(pg_current_snapshot()) as "isShown",
           not exists (select from event_cursors c where (c.xid, c.id) < (e.xid, e.id)) as "isFollowed"
      from ${raw(name)} e order by e.xid desc, e.id desc limit 1`);

/** Deletes events that were written while their month had no table, or by a wrong clock. */
const deleteStrays = (tx: Transaction, { table, days }: Kept): Promise<number> =>
  tx.execute(sql`
    with gone as (
      delete from ${raw(`${table}_default`)} e
       where e.created_at < now() - make_interval(days => ${days}::int)
         and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      returning e.xid, e.id)
    insert into dropped_events as d (events_of, xid, id)
    select ${table}, xid, id from gone order by xid desc, id desc limit 1 ${FURTHER}`);
