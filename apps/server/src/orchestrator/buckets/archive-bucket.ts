import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { forbidden, invalid } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { hasOption } from './bucket-options.ts';

/**
 * Checks that a bucket is in the call's folder and that the caller may write to it, because archives are
 * written on the caller's behalf. Answers its id. `member` is the name of the id in the input.
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
