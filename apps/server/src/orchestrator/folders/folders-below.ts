import sql from 'sql-template-tag';
import type { Permission, PermissionName } from '../../kernel/contract/permission.ts';
import type { Context, Folder } from '../../kernel/http/context.ts';

/**
 * The folders that a call is about: that of its header, with those below it if the caller asks for them, or
 * all. Only those in which the caller holds the permission.
 */
export async function foldersOfCall(
  ctx: Context,
  permission: Permission<PermissionName>,
  withSubfolders: boolean,
): Promise<'all' | readonly number[]> {
  const allowed = ctx.access.folders(permission);
  if (!ctx.folder) return allowed;
  if (!withSubfolders) return [ctx.folder.id];
  const below = await idsBelow(ctx, ctx.folder);
  return allowed === 'all' ? below : below.filter((id) => allowed.includes(id));
}

async function idsBelow(ctx: Context, { id }: Folder): Promise<number[]> {
  const rows = await ctx.db.query<{ id: number }>(sql`
    select id from folders where tenant_id = ${ctx.tenant.id} and (id = ${id} or ${id} = any(ancestors))`);
  return rows.map((row) => row.id);
}
