import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { ApiError, badRequest, CODE } from '../errors.ts';

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const GUNZIP: Unpack = promisify(gunzip);
const CODINGS: Readonly<Record<string, Unpack>> = {
  gzip: GUNZIP,
  'x-gzip': GUNZIP,
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};
const KNOWN = 'gzip, deflate, br, zstd';

/** How the body is packed for the way; undefined where it is not. @throws 415 of what is not known here */
export function codingOf({ headers }: IncomingMessage): string | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (!coding || coding === 'identity') return undefined;
  if (!Object.hasOwn(CODINGS, coding)) throw unknownCoding(coding, `send ${KNOWN}, or send it plain`, KNOWN);
  return coding;
}

/** Files are kept as they come. @throws 415 of what is packed for the way */
export function requirePlain({ headers }: IncomingMessage): void {
  const coding = headers['content-encoding']?.trim();
  if (coding && !/^identity$/i.test(coding))
    throw unknownCoding(coding, 'files are taken as they are, send it without', 'identity');
}

const unknownCoding = (coding: string, advice: string, known: string): ApiError =>
  new ApiError(415, 0, `The content encoding '${coding.slice(0, 40)}' is not supported: ${advice}.`, {
    headers: { 'accept-encoding': known },
  });

/** Undefined if it would become more than `most` bytes. That is noticed on the way. */
export async function unpack(bytes: Buffer, coding: string, most: number): Promise<Buffer | undefined> {
  try {
    return await CODINGS[coding]!(bytes, { maxOutputLength: most });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw badRequest(CODE.InvalidArgument, `The body is not ${coding}: ${(error as Error).message}.`);
  }
}
