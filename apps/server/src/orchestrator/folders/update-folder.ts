import sql, { type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { changing } from '../../kernel/db/changing.ts';
import { badRequest, CODE } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { patchNameDescription, putFolder } from './contract.ts';
import { checkDisplayName } from './display-name.ts';
import { FeedType, Folder, FolderPermissionModel, FolderProvisionType } from './entities.ts';
import { folderUpdated } from './events.ts';
import { type FolderRow, inSubtree, lockTree, requireFolder, rightTo, type Which } from './reach.ts';

/**
 * Clients put back what they read, so a body may contain what cannot be changed, if the value is the same.
 */
export async function updateFolder(
  ctx: Context,
  { key: id, body }: InputFor<typeof putFolder>,
): Promise<AnswerFor<typeof putFolder>> {
  await change(ctx, { id }, { name: body.DisplayName, description: body.Description }, (folder) =>
    checkUnchanged(folder, body),
  );
  return findByKey(ctx, Folder, id);
}

export const patchFolder = (
  ctx: Context,
  { key, body }: InputFor<typeof patchNameDescription>,
): Promise<void> => change(ctx, { key }, { name: body.name ?? undefined, description: body.description });

/** Undefined keeps a value. Null removes a description. */
interface Change {
  readonly name: string | undefined;
  readonly description: string | null | undefined;
}

async function change(
  ctx: Context,
  which: Which,
  { name, description }: Change,
  check?: (folder: FolderRow) => void,
): Promise<void> {
  const newName = name === undefined ? undefined : checkDisplayName(name);
  await changing(ctx, { folders_path: newName ?? '' }, async (tx) => {
    await tx.execute(lockTree(ctx.tenant.id));
    const folder = await requireFolder(tx, ctx, which, rightTo('Edit'));
    check?.(folder);
    await tx.execute(sql`
        update folders set display_name = ${newName ?? folder.display_name},
               description = ${description === undefined ? folder.description : description},
               modified_at = now(), modifier_user_id = ${ctx.access.user?.id}
         where id = ${folder.id}`);
    if (newName !== undefined && newName !== folder.display_name) {
      const parentPath = folder.path.slice(0, -folder.display_name.length);
      await tx.execute(replant(folder, parentPath + newName, folder.ancestors));
    }
    const { id, key } = folder;
    await tell(tx, ctx, folderUpdated, [{ key, folderId: id, payload: { id } }]);
  });
}

function checkUnchanged(folder: FolderRow, body: InputFor<typeof putFolder>['body']): void {
  const { ParentId, ProvisionType, PermissionModel, FeedType: feed } = body;
  if (ParentId != null && ParentId !== folder.parent_id) {
    throw badRequest(CODE.CannotEditFolderParent, 'A folder comes to another parent by MoveFolder.');
  }
  const isClassic =
    ProvisionType === FolderProvisionType.Manual ||
    PermissionModel === FolderPermissionModel.InheritFromTenant;
  if (isClassic) {
    throw badRequest(CODE.CannotChangeFolderPermissionModel, 'The kind of a folder cannot be changed.');
  }
  if (feed != null && feed !== FeedType.Undefined && feed !== folder.feed_type) {
    throw badRequest(CODE.CannotChangeFolderFeedType, 'The feed of a folder cannot be changed.');
  }
}

/**
 * Writes a folder's new path and the paths of all folders below it. `ancestors` are those of the
 * folder itself.
 */
export const replant = (folder: FolderRow, path: string, ancestors: readonly number[]): Sql => sql`
  update folders
     set path = ${path}::text || substr(path, char_length(${folder.path}::text) + 1),
         ancestors = ${ancestors}::bigint[] || ancestors[${folder.ancestors.length + 1}::int:]
   where ${inSubtree(folder.id)}`;
