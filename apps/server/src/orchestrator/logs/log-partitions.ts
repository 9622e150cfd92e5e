import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';

/**
 * Makes the partitions of this month and the next two. To be called at each start and once a day; several
 * servers may do so at once. Until then lines go to the default partition: nothing is lost by being late.
 * Answers how many were made.
 */
export async function maintainLogPartitions(db: Queryable): Promise<number> {
  const row = await db.first<{ made: number }>(sql`select ensure_log_partitions() as made`);
  return row?.made ?? 0;
}
