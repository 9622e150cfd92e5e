import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { FINAL } from './transitions.ts';

/** Whether a running job's token is still good. It is until the job has reached a final state. */
export async function isJobLive(db: Queryable, jobKey: string): Promise<boolean> {
  const row = await db.first(sql`select from jobs where key = ${jobKey}::uuid and state not in ${FINAL}`);
  return row !== undefined;
}

/** Whether a release has jobs that are not final. Such a release cannot be deleted. */
export async function hasLiveJobs(db: Queryable, releaseId: number): Promise<boolean> {
  const row = await db.first(
    sql`select from jobs where release_id = ${releaseId} and state not in ${FINAL} limit 1`,
  );
  return row !== undefined;
}
