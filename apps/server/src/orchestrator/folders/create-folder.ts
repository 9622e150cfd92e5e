import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { changing } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, forbidden } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { postFolder } from './contract.ts';
import { checkDisplayName } from './display-name.ts';
import { FeedType, Folder, FolderPermissionModel, FolderProvisionType, FolderType } from './entities.ts';
import { folderCreated } from './events.ts';
import { type FolderRow, lockTree, requireFolder, rightTo } from './reach.ts';

/** The most levels of folders. The folders at the root are the first level. */
export const MAX_DEPTH = 7;

type Body = InputFor<typeof postFolder>['body'];

export async function createFolder(
  ctx: Context,
  { body }: InputFor<typeof postFolder>,
): Promise<AnswerFor<typeof postFolder>> {
  const name = checkDisplayName(body.DisplayName);
  const id = await changing(ctx, { folders_path: name }, async (tx) => {
    await tx.execute(lockTree(ctx.tenant.id));
    const parent = await parentOf(tx, ctx, body);
    checkKind(body, parent);
    return insert(tx, ctx, { name, body, parent });
  });
  return findByKey(ctx, Folder, id);
}

async function parentOf(
  tx: Transaction,
  ctx: Context,
  { ParentId, ParentKey }: Body,
): Promise<FolderRow | undefined> {
  if (ParentId == null && ParentKey == null) {
    if (!ctx.access.can('Units.Create')) throw forbidden();
    return undefined;
  }
  const which = ParentId == null ? { key: ParentKey! } : { id: ParentId };
  const parent = await requireFolder(tx, ctx, which, rightTo('Create'));
  if (parent.ancestors.length + 2 > MAX_DEPTH) {
    throw badRequest(
      CODE.MaximumFolderHierarchyDepthReached,
      `Folders cannot be nested deeper than ${MAX_DEPTH}.`,
    );
  }
  if (parent.folder_type === FolderType.Personal) {
    throw badRequest(CODE.IncompatibleFolderProperties, 'A personal workspace has no folders in it.');
  }
  return parent;
}

/**
 * There is only one kind of folder, which has its own accounts and rights. So a body may leave these
 * properties out, as many clients do. Only a folder at the root can have a feed of its own, which the folders
 * below share.
 */
function checkKind(
  { ProvisionType, PermissionModel, FeedType: feed }: Body,
  parent: FolderRow | undefined,
): void {
  const isClassic =
    ProvisionType === FolderProvisionType.Manual ||
    PermissionModel === FolderPermissionModel.InheritFromTenant;
  if (isClassic) {
    const code = parent ? CODE.IncompatibleFolderProperties : CODE.MandatoryPropertiesForRootFolder;
    throw badRequest(code, 'A folder is of ProvisionType Automatic and PermissionModel FineGrained.');
  }
  const hasOwnFeed = feed === FeedType.FolderHierarchy;
  const isPossible = feed == null || feed === FeedType.Undefined || feed === FeedType.Processes || hasOwnFeed;
  if (!isPossible || (hasOwnFeed && parent && parent.feed_type !== FeedType.FolderHierarchy)) {
    throw badRequest(CODE.IncompatibleFolderProperties, 'This FeedType is not possible here.');
  }
}

interface NewFolder {
  readonly name: string;
  readonly body: Body;
  readonly parent: FolderRow | undefined;
}

async function insert(tx: Transaction, ctx: Context, { name, body, parent }: NewFolder): Promise<number> {
  const path = parent ? `${parent.path}/${name}` : name;
  const ancestors = parent ? [...parent.ancestors, parent.id] : [];
  const hasOwnFeed = !parent && body.FeedType === FeedType.FolderHierarchy;
  const row = await tx.first<{ id: number; key: string }>(sql`
    insert into folders (tenant_id, parent_id, display_name, path, ancestors, description, feed_type,
                         creator_user_id)
    values (${ctx.tenant.id}, ${parent?.id}, ${name}, ${path}, ${ancestors}::bigint[], ${body.Description},
            ${hasOwnFeed ? FeedType.FolderHierarchy : FeedType.Processes}, ${ctx.access.user?.id})
    returning id, key`);
  const { id, key } = row!;
  await tell(tx, ctx, folderCreated, [{ key, folderId: id, payload: { id, path } }]);
  return id;
}
