import sql, { type Sql } from 'sql-template-tag';
import { Complex, dto, Int32, List, type OutputOf } from '../../kernel/contract/fields.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { SimpleFolder } from './entities.ts';

export const AccessibleFolders = dto('AccessibleFoldersDto', {
  AccessibleFolders: List(Complex(SimpleFolder)),
  TotalFoldersCount: Int32(),
});

interface FolderRow {
  readonly Id: number;
  readonly DisplayName: string;
  readonly FullyQualifiedName: string;
}

/**
 * The folders where a thing is, for callers who may see it in one of them. `folderIds` is a select of the ids
 * of the folders. `label` is the name of the thing in the 404.
 */
export async function accessibleFolders(
  ctx: Context,
  folderIds: Sql,
  permission: string,
  label: string,
): Promise<OutputOf<typeof AccessibleFolders>> {
  const folders = await ctx.db.query<FolderRow>(sql`
    select f.id as "Id", f.display_name as "DisplayName", f.path as "FullyQualifiedName" from folders f
     where f.id in (${folderIds}) and f.tenant_id = ${ctx.tenant.id} order by f.path`);
  if (!folders.some(({ Id }) => ctx.access.can(permission, Id))) throw notFound(label);
  const accessible = folders.filter(({ Id }) => ctx.access.seesFolder(Id));
  return { AccessibleFolders: accessible, TotalFoldersCount: folders.length };
}
