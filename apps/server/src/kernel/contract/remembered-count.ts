import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/sql.ts';

interface Known {
  readonly count: number;
  /** PostgreSQL's snapshot, which says which transactions the count saw. */
  readonly snapshot: string;
}

/** Milliseconds that a count has to take before it is remembered. */
export const DEAR = 5;
/** The most counts that a server remembers. */
export const MOST = 1000;

/** The counts that a server remembers, by statement and values. */
export type Counts = Map<string, Known>;

/**
 * The answer of a counting statement, always exact. A remembered count is used only while the database's
 * snapshot is still the one that it was made with. A snapshot names all transactions that have ended,
 * including those of other nodes and on other tables. So this helps somebody who pages through a list, or a
 * count at night. While something is being written all the time, every count is made.
 *
 * `within` may be a transaction, and its snapshot is compared then. One statement does both: its subselect
 * runs only if the snapshot is different.
 */
export async function rememberedCount(counts: Counts, counting: Sql, within: Queryable): Promise<number> {
  const key = `${counting.text} ${JSON.stringify(counting.values)}`;
  const before = counts.get(key);
  const begun = performance.now();
  const row = (await within.first<{ count: number | null; snapshot: string }>(sql`
    select case when pg_current_snapshot()::text = ${before?.snapshot ?? ''} then null else (${counting}) end as count,
           pg_current_snapshot()::text as snapshot`))!;
  if (row.count === null) return before!.count;
  const took = performance.now() - begun;
  counts.delete(key);
  if (took < DEAR) return row.count;
  counts.set(key, { count: row.count, snapshot: row.snapshot });
  return row.count;
}
