import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { isForeignKeyViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { folderDeleted } from './events.ts';
import { inSubtree, lockTree, requireFolder, rightTo, type Which } from './reach.ts';

/**
 * Deletes a folder with all below it, if they are empty. The rows are locked before the check: a call that
 * adds something meanwhile waits on its foreign key, and then finds the folder gone.
 */
export async function removeFolder(ctx: Context, which: Which): Promise<void> {
  await ctx
    .transaction(async (tx) => {
      await tx.execute(lockTree(ctx.tenant.id));
      const folder = await requireFolder(tx, ctx, which, rightTo('Delete'));
      const rows = await tx.query<{ id: number }>(sql`
        select id from folders where ${inSubtree(folder.id)} order by id for update`);
      const ids = rows.map((row) => row.id);
      await checkEmpty(tx, ctx, ids);
      await tx.execute(sql`delete from folders where id = any(${ids}::bigint[])`);
      const { id, key, path } = folder;
      await tell(tx, ctx, folderDeleted, [{ key, folderId: id, payload: { id, path, folderIds: ids } }]);
    })
    .catch((error: unknown) => {
      throw isForeignKeyViolation(error) ? notEmpty('other things') : error;
    });
}

/**
 * Areas declare contents so that the message can name them. Other contents are protected by foreign keys that
 * do not cascade.
 */
const notEmpty = (what: string, code: number = CODE.CannotDeleteEntitiesInHierarchy): Error =>
  conflict(code, `The folder, or one below it, still has ${what}.`);

async function checkEmpty(
  tx: Transaction,
  { folderContents }: Context,
  ids: readonly number[],
): Promise<void> {
  for (const { what, find, code } of folderContents)
    if (await tx.first(find(ids))) throw notEmpty(what, code);
}
