import sql from 'sql-template-tag';
import type { Permission } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';

/**
 * Checks the folder that an operation names among its parameters (not by a header): it is one of this tenant,
 * and the caller holds the permission in the tenant or there. Otherwise it does not exist, as far as the
 * caller is told.
 */
export async function folderInReach(ctx: Context, folderId: number, permission: Permission): Promise<void> {
  const folder = await ctx.db.first(
    sql`select from folders where id = ${folderId} and tenant_id = ${ctx.tenant.id}`,
  );
  if (!folder || !(ctx.access.allows(permission) || ctx.access.allows(permission, folderId)))
    throw notFound('Folder');
}
