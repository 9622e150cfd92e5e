import { setTimeout as delay } from 'node:timers/promises';
import sql, { raw, type Sql } from 'sql-template-tag';
import { BoundedMap } from '../bounded-map.ts';
import type { Database, Queryable } from '../db/sql.ts';
import { DEAR, MOST } from './remembered-count.ts';

/** A table whose rows are added and never changed, each with the next number of a sequence as its `id`. */
export interface Growing {
  readonly table: string;
  readonly sequence: string;
}

interface Known {
  readonly count: number;
  /** The rows up to this id are counted, and no other with such an id is still to come. */
  readonly upTo: number;
  /** Which partitions there were, and how many rows had ever been deleted from them. */
  readonly removed: string;
}

interface Settled {
  readonly id: number;
  /** Of `performance.now()`. */
  readonly at: number;
}

/** What a server has counted. */
export interface Growth {
  readonly counts: Map<string, Known>;
  readonly settled: Map<string, Settled>;
  /** Connections that no transaction holds: they are asked beside it. */
  readonly beside: Queryable;
}

export const growthOf = ({ hot }: Pick<Database, 'hot'>): Growth => ({
  counts: new BoundedMap(MOST),
  settled: new Map(),
  beside: hot,
});

/** How long the last settled id serves, in milliseconds: rows since then are counted in each call. */
const SERVES = 2000;
/** Writers take a few milliseconds; who is slower is not waited for. */
const LOOKS = 5;
const PAUSE = 4;

/**
 * How many rows of a growing table there are, exact always: what was counted once is kept, and only rows
 * that came since are counted. So each page of ten million lines does not count them all, however much is
 * written meanwhile. `counting` makes the statement with one column `count`, of the rows behind an id; it
 * must look at nothing but the row (see `looksElsewhere`). `within` may be a transaction that has not read yet,
 * or sees each moment anew.
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
  /** Rows that are not in what is known; null where that does not hold any more. */
  readonly fresh: number | null;
  /** Those of them that the next call counts again. */
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
 * An id below which no row is still to come; undefined where a writer takes long. The sequence is read
 * first, then who is writing: whoever has taken a number up to then holds the table's lock until it ends. As
 * soon as they all have ended, each statement that begins sees what they wrote.
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

/** Whether a statement that counts hangs on more than the rows themselves: on other rows, or on the time. */
export const looksElsewhere = ({ text }: Sql): boolean =>
  /\b(join\b|now\()/i.test(text) || (text.match(/\bselect\b/gi)?.length ?? 0) > 1;
