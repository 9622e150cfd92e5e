import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import { withNewKey } from '../../kernel/files/unused-files.ts';
import type { FileAnswer, Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { RawBody } from '../../kernel/http/raw-body.ts';
import { sendStored, UNKNOWN_TYPE } from '../../kernel/http/send-stored.ts';
import { openLink } from './file-links.ts';
import { BlobFile, type downloadContent, type uploadContent } from './files-contract.ts';
import { contentFolder, recordFile, writeContent } from './store-file.ts';

export async function download(
  ctx: Context,
  { token }: InputFor<typeof downloadContent>,
): Promise<FileAnswer | Reply> {
  const link = await openLink(ctx, token, 'GET');
  const row = await ctx.db.first<{ content_type: string; file_key: string; size: number }>(sql`
    select content_type, file_key, size from bucket_files
     where bucket_id = ${link.bucketId} and path = ${link.path}`);
  if (!row) throw notFound(BlobFile.label);
  return sendStored(ctx, {
    key: row.file_key,
    size: row.size,
    contentType: row.content_type,
    fileName: link.path.slice(link.path.lastIndexOf('/') + 1),
    label: BlobFile.label,
  });
}

export async function upload(
  ctx: Context,
  { token, content }: InputFor<typeof uploadContent> & Partial<RawBody>,
): Promise<void> {
  const link = await openLink(ctx, token, 'PUT');
  const { tenantId, folderId, bucketId, path, actor } = link;
  const contentType = link.contentType ?? content!.type ?? UNKNOWN_TYPE;
  await withNewKey(ctx.outside, ctx.files, contentFolder(bucketId), async (key) => {
    const size = await writeContent(ctx.files, key, content!.bytes);
    const who = { principal: undefined, tenant: { id: tenantId }, folderId, actor };
    await ctx.transaction((tx) =>
      recordFile(tx, who, { bucketId, path, contentType, key, size, replaces: true }),
    );
  });
}
