import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';

/**
 * Makes the partitions of this month and the next two. Several servers may do so at once. Lines without
 * a partition go to the default one, so nothing is lost if this runs late. Answers how many partitions
 * were made.
 */
export async function maintainLogPartitions(db: Queryable): Promise<number> {
  const row = await db.first<{ made: number }>(sql`select ensure_log_partitions() as made`);
  return row?.made ?? 0;
}
