import { isUtf8 } from 'node:buffer';
import { ApiError, badRequest, CODE } from '../errors.ts';

/**
 * The text of a body, in the charset that its type declares, or in UTF-8. A byte order mark takes
 * precedence over the declaration and is skipped. Bytes that are no text are refused, because a value that
 * is stored with replacement characters (a password, say) is lost. Windows PowerShell 5.1 sends Latin-1
 * without declaring it.
 */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const mark = markOf(bytes);
  if (mark?.charset === 'utf-16le' || mark?.charset === 'utf-16be') return decode(bytes, mark.charset);
  const declared = charsetOf(contentType);
  if (mark === undefined && declared !== undefined && !UTF8.test(declared)) {
    return decode(bytes, UTF16.test(declared) ? endianness(bytes) : declared);
  }
  if (!isUtf8(bytes)) throw notText('UTF-8', validPrefix(bytes));
  return bytes.toString('utf8', mark?.length);
}

const UTF8 = /^(utf-?8|us-ascii)$/i;
const UTF16 = /^(utf-?16|unicode|ucs-2)$/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

const charsetOf = (contentType: string | undefined): string | undefined =>
  contentType?.includes(';') ? CHARSET.exec(contentType)?.[1] : undefined;

function markOf(bytes: Buffer): { readonly charset: string; readonly length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { charset: 'utf-8', length: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { charset: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { charset: 'utf-16be', length: 2 };
  return undefined;
}

/**
 * Without a mark, .NET sends the low byte first, and the standard says the high one. JSON and forms begin
 * with an ASCII character.
 */
const endianness = (bytes: Buffer): string => (bytes[0] === 0 ? 'utf-16be' : 'utf-16le');

function decode(bytes: Buffer, charset: string): string {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new ApiError(415, 0, `The charset '${charset.slice(0, 40)}' is not supported: send UTF-8.`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw notText(charset);
  }
}

const notText = (charset: string, at?: number): ApiError =>
  badRequest(
    CODE.InvalidArgument,
    `The body is not ${charset}${at === undefined ? '' : ` (byte ${at})`}: send UTF-8, or name its charset in Content-Type.`,
  );

const validPrefix = (bytes: Buffer): number =>
  Buffer.byteLength(bytes.toString('utf8').replace(/\ufffd[^]*$/, ''));
