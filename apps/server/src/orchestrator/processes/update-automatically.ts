import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import type { Context } from '../../kernel/http/context.ts';
import { latestPackage } from '../packages/find-package.ts';
import { moveRelease } from './change-version.ts';
import { lockReleases, type ReleaseRow } from './release-row.ts';
import { tellOfUpdates } from './tell-of-updates.ts';

/**
 * Moves the processes that follow a package to its latest version, in the transaction of the upload. The lock
 * of the feed makes a process that is just being set to follow the package wait. Afterwards it finds the new
 * version itself.
 */
export async function updateAutomatically(
  tx: Transaction,
  ctx: Context,
  feedId: string,
  packageId: string,
): Promise<void> {
  await tx.execute(sql`select from feeds where id = ${feedId}::uuid for no key update`);
  const followers = await lockReleases(
    tx,
    sql`r.auto_update and r.feed_id = ${feedId}::uuid and folded(r.process_key) = folded(${packageId})`,
  );
  if (followers.length === 0) return;
  const latest = await latestPackage(tx, feedId, packageId);
  const moved: ReleaseRow[] = [];
  for (const release of followers) {
    const row = await moveRelease(tx, release, latest, ctx.access.user?.id);
    if (row) moved.push(row);
  }
  await tellOfUpdates(tx, ctx, moved);
}
