import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { changing } from '../../kernel/db/changing.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, forbidden, nameUsed } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { folders } from '../users/audited-kinds.ts';
import type { moveFolder } from './contract.ts';
import { MAX_DEPTH } from './create-folder.ts';
import { FeedType, FolderType } from './entities.ts';
import { folderMoved } from './events.ts';
import { type FolderRow, inSubtree, lockTree, requireFolder, rightTo } from './reach.ts';
import { replant } from './update-folder.ts';

/**
 * Moving a folder deletes it in one place and creates it in another, so it needs the rights for both. Without
 * a target, the folder moves to the root.
 */
export async function moveTo(
  ctx: Context,
  { folderId, targetParentId }: InputFor<typeof moveFolder>,
): Promise<void> {
  let name = '';
  await changing(ctx, { folders_path: () => nameUsed(name) }, async (tx) => {
    await tx.execute(lockTree(ctx.tenant.id));
    const { folder, target } = await endsOfMove(tx, ctx, folderId, targetParentId);
    name = folder.display_name;
    if (folder.parent_id === (target?.id ?? null)) return;
    await checkPlace(tx, folder, target);
    const path = target ? `${target.path}/${name}` : name;
    const change = { kind: folders, ids: [String(folder.id)], action: 'Move' };
    await audited(tx, actorInTenant(ctx), change, async () => {
      await tx.execute(sql`
          update folders set parent_id = ${target?.id ?? null}::bigint, modified_at = now(),
                 modifier_user_id = ${ctx.access.user?.id} where id = ${folder.id}`);
      await tx.execute(replant(folder, path, target ? [...target.ancestors, target.id] : []));
    });
    const { id, key } = folder;
    await tell(tx, ctx, folderMoved, [{ key, folderId: id, payload: { id, path } }]);
  });
}

interface Ends {
  readonly folder: FolderRow;
  readonly target: FolderRow | undefined;
}

export async function endsOfMove(
  db: Queryable,
  ctx: Context,
  folderId: number,
  targetParentId: number | null | undefined,
): Promise<Ends> {
  const folder = await requireFolder(db, ctx, { id: folderId }, rightTo('Delete'));
  if (targetParentId == null) {
    if (!ctx.access.can('Units.Create') || !ctx.access.can('Units.Edit')) throw forbidden();
    return { folder, target: undefined };
  }
  const target = await requireFolder(db, ctx, { id: targetParentId }, rightTo('Create'), rightTo('Edit'));
  return { folder, target };
}

async function checkPlace(tx: Transaction, folder: FolderRow, target: FolderRow | undefined): Promise<void> {
  if (folder.folder_type !== FolderType.Standard || target?.folder_type === FolderType.Personal) {
    throw badRequest(CODE.CannotMoveFolder, 'A personal workspace stays where it is, without folders in it.');
  }
  if (target && folder.feed_type === FeedType.FolderHierarchy) {
    throw badRequest(CODE.CannotMoveFolder, 'A folder with a package feed of its own stays at the root.');
  }
  if (target && (target.id === folder.id || target.ancestors.includes(folder.id))) {
    throw badRequest(
      CODE.CannotMoveToDescendantFolder,
      'A folder cannot be moved into itself or below itself.',
    );
  }
  const below = await tx.first<{ depth: number }>(sql`
    select max(cardinality(ancestors)) - ${folder.ancestors.length}::int + 1 as depth from folders
     where ${inSubtree(folder.id)}`);
  if (below!.depth + (target ? target.ancestors.length + 1 : 0) > MAX_DEPTH) {
    throw badRequest(
      CODE.MaximumFolderHierarchyDepthReached,
      `Folders cannot be nested deeper than ${MAX_DEPTH}.`,
    );
  }
}
