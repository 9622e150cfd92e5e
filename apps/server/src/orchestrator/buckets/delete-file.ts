import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { bucketIsReadOnly } from './bucket-error.ts';
import { hasOption } from './bucket-options.ts';
import { fileDeleted } from './events.ts';
import { filePath } from './file-path.ts';
import { BlobFile, type deleteFile } from './files-contract.ts';
import { requireBucket } from './find-bucket.ts';

export async function removeFile(ctx: Context, { key, path }: InputFor<typeof deleteFile>): Promise<void> {
  const wanted = filePath(path);
  await ctx.transaction(async (tx) => {
    const bucket = await requireBucket(tx, ctx, key);
    if (hasOption(bucket.options, 'ReadOnly')) throw bucketIsReadOnly(bucket.name);
    const row = await tx.first<{ id: number }>(sql`
      delete from bucket_files where bucket_id = ${bucket.id} and path = ${wanted} returning id`);
    if (!row) throw notFound(BlobFile.label);
    await tell(tx, ctx, fileDeleted, [
      {
        key: row.id,
        folderId: folderOf(ctx).id,
        payload: { bucketName: bucket.name, fullPath: `/${wanted}` },
      },
    ]);
  });
}
