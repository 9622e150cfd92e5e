import { notFound } from '../errors.ts';
import { type FileAnswer, Reply } from './answer.ts';
import { type ByteRange, byteRange } from './byte-range.ts';
import type { Context } from './context.ts';

/** Where the type of a file is not known. */
export const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * A file may be of any type and from any user, and it has the same origin as the sign-in page. So a browser
 * must save it, and never show or run it.
 */
export const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
} as const;

export interface StoredFile {
  /** In the file store. It ends with an id that is new for each content. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly contentType: string;
  /** The name under which it is saved. */
  readonly fileName: string;
  /** What messages call it: `BlobFile does not exist.` */
  readonly label: string;
}

/**
 * Answers a file, or the part of it that a `Range` header asks for, so that a client can continue a download
 * that was interrupted.
 */
export async function sendStored(ctx: Context, file: StoredFile): Promise<FileAnswer | Reply> {
  const { key, size, contentType, fileName, label } = file;
  const etag = `"${key.slice(key.lastIndexOf('/') + 1)}"`;
  const headers = { ...HARMLESS, etag, 'accept-ranges': 'bytes' };
  const range = rangeOf(ctx, etag, size);
  if (range === null) return new Reply(416, null, { ...headers, 'content-range': `bytes */${size}` });
  const stored = await ctx.files.read(key, range);
  if (!stored) throw notFound(label);
  if (!range) return { body: stored.stream, size, contentType, fileName, headers };
  const { start, end } = range;
  return new Reply(206, stored.stream, {
    ...headers,
    'content-type': contentType,
    'content-length': String(end - start + 1),
    'content-range': `bytes ${start}-${end}/${size}`,
  });
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
