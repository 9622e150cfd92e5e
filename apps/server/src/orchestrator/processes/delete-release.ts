import sql from 'sql-template-tag';
import { CODE, conflict } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { hasLiveJobs } from '../jobs/live.ts';
import { processDeleted } from './events.ts';
import { lockRelease, type ReleaseRef } from './release-row.ts';

/**
 * The ended jobs of the process stay, with what they recorded of it. The lock makes jobs that are just being
 * started wait.
 */
export async function deleteRelease(
  ctx: Context,
  inFolders: 'all' | readonly number[],
  ref: ReleaseRef,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const { id, key, name, folderId, processKey, processVersion } = await lockRelease(
      tx,
      ctx.tenant.id,
      inFolders,
      ref,
    );
    if (await hasLiveJobs(tx, id)) {
      throw conflict(CODE.ItemIsInUse, `Process ${name} has jobs that have not ended; stop them or wait.`);
    }
    await tx.execute(sql`delete from releases where id = ${id}`);
    await tell(tx, ctx, processDeleted, [
      { key, folderId, payload: { id, name, processKey, processVersion } },
    ]);
  });
}
