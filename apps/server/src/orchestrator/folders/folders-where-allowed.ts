import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';

/**
 * For things that are put into several folders at once. Refuses unless each folder exists, the caller sees
 * it, and the caller has the permission there. A folder that the caller does not see gets the same answer as
 * one that does not exist.
 */
export async function checkAllowedIn(
  db: Queryable,
  ctx: Context,
  folderIds: readonly number[],
  permission: string,
): Promise<void> {
  const rows = await db.query<{ id: number }>(
    sql`select id from folders where tenant_id = ${ctx.tenant.id} and id = any(${folderIds}::bigint[])`,
  );
  const known = new Set(rows.map(({ id }) => id));
  if (folderIds.some((id) => !known.has(id) || !ctx.access.seesFolder(id))) throw notFound('Folder');
  if (!folderIds.every((id) => ctx.access.can(permission, id))) {
    throw conflict(CODE.ForbiddenOperation, `${permission} is needed in each of the folders.`);
  }
}
