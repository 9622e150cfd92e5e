import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { forbidden, invalid } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { hasOption } from './bucket-options.ts';

/**
 * The id of a bucket of the call's folder into which the caller may write: archives are written on their
 * behalf. `member` is what the input calls it.
 */
export async function archiveBucket(
  db: Queryable,
  ctx: Context,
  id: number | null,
  member: string,
): Promise<number> {
  if (!id) throw invalid(member, 'is required to archive');
  const folder = folderOf(ctx).id;
  const bucket = await db.first<{ name: string; options: number }>(sql`
    select b.name, b.options from buckets b join bucket_folders l on l.bucket_id = b.id
     where b.id = ${id} and b.tenant_id = ${ctx.tenant.id} and l.folder_id = ${folder}`);
  if (!bucket || !ctx.access.can('Buckets.View', folder))
    throw invalid(member, `there is no bucket ${id} in the folder`);
  if (!ctx.access.can('BlobFiles.Create', folder)) throw forbidden('BlobFiles.Create is needed to archive.');
  if (hasOption(bucket.options, 'ReadOnly')) throw invalid(member, `the bucket ${bucket.name} is read-only`);
  return id;
}
