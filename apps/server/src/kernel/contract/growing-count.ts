import { setTimeout as delay } from 'node:timers/promises';
import sql, { raw, type Sql } from 'sql-template-tag';
import { BoundedMap } from '../bounded-map.ts';
import type { Database, Queryable } from '../db/sql.ts';
import { DEAR, MOST } from './remembered-count.ts';

/** A table whose rows are added and never changed. Each row's `id` is the next number of a sequence. */
export interface Growing {
  readonly table: string;
  readonly sequence: string;
}

interface Known {
  readonly count: number;
  /** All rows up to this id are counted, and no other row with such an id can still appear. */
  readonly upTo: number;
  /** The partitions of the table at that time, and how many rows had ever been deleted from them. */
  readonly removed: string;
}

interface Settled {
  readonly id: number;
  /** By `performance.now()`. */
  readonly at: number;
}

/** What a server has counted. */
export interface Growth {
  readonly counts: Map<string, Known>;
  readonly settled: Map<string, Settled>;
  /** Connections outside of the transaction, if the count runs in one. */
  readonly beside: Queryable;
}

export const growthOf = ({ hot }: Pick<Database, 'hot'>): Growth => ({
  counts: new BoundedMap(MOST),
  settled: new Map(),
  beside: hot,
});

/** Milliseconds for which a settled id is used. Each call counts the rows after it. */
const SERVES = 2000;
/** Writers take a few milliseconds. Nobody waits for a slower one. */
const LOOKS = 5;
const PAUSE = 4;

/**
 * The number of rows of a growing table, always exact. A count is kept, and later calls count only the rows
 * that were added since. So a page of ten million log lines does not count them all, however much is written
 * meanwhile. `counting` makes the statement with one column `count`, for the rows behind an id. The statement
 * may depend on nothing but the row (see `looksElsewhere`). `within` may be a transaction that has not read
 * yet, or one that takes a new snapshot for each statement.
 */
export async function growingCount(
  memory: Growth,
  growing: Growing,
  counting: (behind: number | undefined) => Sql,
  within: Queryable,
): Promise<number> {
  const whole = counting(undefined);
  const key = `${whole.text} ${JSON.stringify(whole.values)}`;
  const upTo = await settledId(growing, memory);
  const before = memory.counts.get(key);
  const begun = performance.now();
  const row = (await within.first<Found>(statement(growing, counting, before, upTo)))!;
  if (row.fresh === null) {
    // Somebody has removed rows by hand.
    memory.counts.delete(key);
    return growingCount(memory, growing, counting, within);
  }
  const count = (before?.count ?? 0) + row.fresh;
  const isWorthIt = before !== undefined || performance.now() - begun >= DEAR;
  if (isWorthIt && upTo !== undefined && upTo >= (before?.upTo ?? 0)) {
    memory.counts.set(key, { count: count - row.unsettled, upTo, removed: row.removed });
  }
  return count;
}

interface Found {
  /** Rows that the known count does not include. Null if that count no longer holds. */
  readonly fresh: number | null;
  /** Those of the fresh rows that the next call counts again. */
  readonly unsettled: number;
  readonly removed: string;
}

const statement = (
  { table }: Growing,
  counting: (behind: number | undefined) => Sql,
  before: Known | undefined,
  upTo: number | undefined,
): Sql => sql`
  with state as materialized (
    select concat_ws(' ', string_agg(inhrelid::text, ',' order by inhrelid),
                     sum(pg_stat_get_tuples_deleted(inhrelid))) as removed
      from pg_inherits where inhparent = ${raw(`'${table}'`)}::regclass)
  select case when ${before?.removed ?? null}::text <> removed then null
              else (${counting(before?.upTo)}) end as fresh,
         ${upTo === undefined ? sql`0` : sql`(${counting(upTo)})`} as unsettled, removed
    from state`;

/**
 * An id up to which no row can still appear. Undefined if a writer takes long. First the sequence is read,
 * then the current writers: whoever has taken a number until then holds the table's lock until its
 * transaction ends. When all of them have ended, every statement that begins sees what they wrote.
 */
async function settledId(
  { table, sequence }: Growing,
  { settled, beside: db }: Growth,
): Promise<number | undefined> {
  const last = settled.get(table);
  const begun = performance.now();
  if (last && begun - last.at < SERVES) return last.id;
  const { id } = (await db.first<{ id: number }>(
    sql`select case when is_called then last_value else last_value - 1 end as id from ${raw(sequence)}`,
  ))!;
  let writers = await writersOf(db, table);
  for (let looks = 1; writers.length > 0; looks++) {
    if (looks === LOOKS) return last?.id;
    await delay(PAUSE);
    const still = new Set(await writersOf(db, table));
    writers = writers.filter((each) => still.has(each));
  }
  settled.set(table, { id, at: begun });
  return id;
}

async function writersOf(db: Queryable, table: string): Promise<readonly string[]> {
  const rows = await db.query<{ writer: string }>(sql`
    select virtualtransaction as writer from pg_locks
     where locktype = 'relation' and relation = ${raw(`'${table}'`)}::regclass and mode = 'RowExclusiveLock'
       and database = (select oid from pg_database where datname = current_database())`);
  return rows.map(({ writer }) => writer);
}

/** Whether a counting statement depends on more than the row itself: on other rows, or on the time. */
export const looksElsewhere = ({ text }: Sql): boolean =>
  /\b(join\b|now\()/i.test(text) || (text.match(/\bselect\b/gi)?.length ?? 0) > 1;
