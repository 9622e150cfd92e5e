import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import { withNewKey } from '../../kernel/files/unused-files.ts';
import { type FileAnswer, Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { RawBody } from '../../kernel/http/raw-body.ts';
import { type ByteRange, byteRange } from './byte-range.ts';
import { openLink } from './file-links.ts';
import { BlobFile, type downloadContent, type uploadContent } from './files-contract.ts';
import { contentFolder, recordFile, writeContent } from './store-file.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * A file may be of any type and from any user, and it has the same origin as the sign-in page. So a browser
 * must save it, and never show or run it.
 */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
} as const;

/**
 * Answers a file, or the part of it that a `Range` header asks for, so that a client can continue a download
 * that was interrupted.
 */
export async function download(
  ctx: Context,
  { token }: InputFor<typeof downloadContent>,
): Promise<FileAnswer | Reply> {
  const link = await openLink(ctx, token, 'GET');
  const row = await ctx.db.first<{ content_type: string; file_key: string; size: number }>(sql`
    select content_type, file_key, size from bucket_files
     where bucket_id = ${link.bucketId} and path = ${link.path}`);
  if (!row) throw notFound(BlobFile.label);
  const etag = `"${row.file_key.slice(row.file_key.lastIndexOf('/') + 1)}"`;
  const headers = { ...HARMLESS, etag, 'accept-ranges': 'bytes' };
  const range = rangeOf(ctx, etag, row.size);
  if (range === null) return new Reply(416, null, { ...headers, 'content-range': `bytes */${row.size}` });
  const stored = await ctx.files.read(row.file_key, range);
  if (!stored) throw notFound(BlobFile.label);
  if (range) {
    const { start, end } = range;
    return new Reply(206, stored.stream, {
      ...headers,
      'content-type': row.content_type,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${row.size}`,
    });
  }
  return {
    body: stored.stream,
    size: row.size,
    contentType: row.content_type,
    fileName: link.path.slice(link.path.lastIndexOf('/') + 1),
    headers,
  };
}

/**
 * If the file has been replaced since the first part (If-Range), the whole file is answered, because parts of
 * two files do not fit together.
 */
function rangeOf({ headers }: Context, etag: string, size: number): ByteRange | null | undefined {
  const { range, 'if-range': condition } = headers;
  return typeof range === 'string' && (condition === undefined || condition === etag)
    ? byteRange(range, size)
    : undefined;
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
