import type { FileAnswer } from '../../kernel/http/answer.ts';
import { Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { isKnown } from '../../kernel/http/etag.ts';
import { requireFeed } from './feeds.ts';
import { findByPackageKey } from './find-package.ts';

const NOT_MODIFIED = 304;

/** A version never changes. A caller whose copy has the same hash need not fetch it again. */
export async function download(
  ctx: Context,
  purpose: number,
  { key, feedId }: { readonly key: string; readonly feedId?: string | null },
): Promise<FileAnswer | Reply> {
  const feed = await requireFeed(ctx, feedId, purpose, 'View');
  const { packageId, version, sha256, fileKey } = await findByPackageKey(ctx.db, feed.id, key);
  const headers = {
    etag: `"${sha256}"`,
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'cache-control': 'private, max-age=31536000, immutable',
  };
  if (isKnown(ctx.headers['if-none-match'], headers.etag)) return new Reply(NOT_MODIFIED, null, headers);
  const stored = await ctx.files.read(fileKey);
  if (!stored) throw new Error(`The file ${fileKey} of package ${packageId}:${version} is missing`);
  return {
    body: stored.stream,
    size: stored.size,
    fileName: `${packageId}.${version}.nupkg`,
    headers,
  };
}
