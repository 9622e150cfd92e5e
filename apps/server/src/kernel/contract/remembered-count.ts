import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/sql.ts';

interface Known {
  readonly count: number;
  /** Of PostgreSQL: which transactions the count saw. */
  readonly snapshot: string;
}

/** Milliseconds from which on a count is worth being remembered. */
export const DEAR = 5;
/** Counts that a server remembers at most. */
export const MOST = 1000;

/** What a server remembers, by statement and values. */
export type Counts = Map<string, Known>;

/**
 * The answer of a statement that counts, exact always: a count is given again only while the database's
 * snapshot is the one that it was made with. A snapshot names all transactions that have ended, those of
 * other nodes and other tables, too. So this spares the pages of somebody who leafs, and a count in the
 * night; where something is written all the time, each count is made.
 *
 * `within`: may be a transaction; its snapshot counts. One statement asks for both: the subselect runs only
 * where the snapshot is another.
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
