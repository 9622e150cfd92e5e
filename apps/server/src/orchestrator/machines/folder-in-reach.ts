import sql from 'sql-template-tag';
import type { Permission } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';

/**
 * Checks a folder that an operation names in its parameters and not in a header. The folder must belong to
 * this tenant, and the caller must hold the permission in the tenant or in the folder. Otherwise the answer
 * is that the folder does not exist.
 */
export async function folderInReach(ctx: Context, folderId: number, permission: Permission): Promise<void> {
  const folder = await ctx.db.first(
    sql`select from folders where id = ${folderId} and tenant_id = ${ctx.tenant.id}`,
  );
  if (!folder || !(ctx.access.allows(permission) || ctx.access.allows(permission, folderId)))
    throw notFound('Folder');
}
