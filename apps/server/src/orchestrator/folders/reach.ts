import sql, { type Sql } from 'sql-template-tag';
import type { Permission } from '../../kernel/contract/operation.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';

export interface FolderRow {
  readonly id: number;
  readonly key: string;
  readonly parent_id: number | null;
  readonly display_name: string;
  readonly description: string | null;
  readonly path: string;
  readonly ancestors: readonly number[];
  readonly folder_type: number;
  readonly owner_user_id: number | null;
  readonly feed_type: number;
}

/**
 * A right over folders. Held in the tenant, it counts for all folders. Otherwise it counts for the folders
 * where the caller holds `inFolder`.
 */
export interface Right {
  readonly inTenant: string;
  readonly inFolder: Permission;
}

export const rightTo = (right: 'View' | 'Edit' | 'Create' | 'Delete'): Right => ({
  inTenant: `Units.${right}`,
  inFolder: `SubFolders.${right}`,
});

const holds = ({ access }: Context, { inTenant, inFolder }: Right, folderId: number): boolean =>
  access.can(inTenant) || access.allows(inFolder, folderId);

/** Folders where the caller has the right; `all` for those who have it in the tenant. */
export const reach = ({ access }: Context, { inTenant, inFolder }: Right): 'all' | readonly number[] =>
  access.can(inTenant) ? 'all' : access.folders(inFolder);

export type Which = { readonly id: number } | { readonly key: string };

const isIt = (which: Which): Sql =>
  'id' in which ? sql`f.id = ${which.id}` : sql`f.key = ${which.key}::uuid`;

/**
 * Finds a folder. Throws 404 if the caller does not see it, and 403 if the caller sees it but lacks one of
 * the rights.
 */
export async function requireFolder(
  db: Queryable,
  ctx: Context,
  which: Which,
  ...rights: readonly Right[]
): Promise<FolderRow> {
  const folder = await db.first<FolderRow>(sql`
    select id, key, parent_id, display_name, description, path, ancestors, folder_type,
           owner_user_id, feed_type
      from folders f where f.tenant_id = ${ctx.tenant.id} and ${isIt(which)}`);
  if (!folder || !isSeen(ctx, folder, rights)) throw notFound('Folder');
  if (!rights.every((right) => holds(ctx, right, folder.id))) throw forbidden();
  return folder;
}

/** A caller sees a folder with any role in it, or with a right over all folders. */
const isSeen = (ctx: Context, { id }: FolderRow, rights: readonly Right[]): boolean =>
  ctx.access.seesFolder(id) || ctx.access.can('Units.View') || rights.some((right) => holds(ctx, right, id));

/**
 * Serialises changes of a tenant's folder tree. Paths and ancestors of a whole subtree are written together,
 * so two moves at once could make a cycle. Foreign keys to the tenant do not wait for this lock.
 */
export const lockTree = (tenantId: number): Sql =>
  sql`select from tenants where id = ${tenantId} for no key update`;

/** Condition on a row of `folders`: the folder itself and all below it. */
export const inSubtree = (folderId: number): Sql =>
  sql`(id = ${folderId} or ancestors @> array[${folderId}]::bigint[])`;
