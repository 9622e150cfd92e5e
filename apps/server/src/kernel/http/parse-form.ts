import { ApiError, invalid } from '../errors.ts';
import { decodeText } from './decode-text.ts';

/**
 * The fields of an `application/x-www-form-urlencoded` body, in the charset that its type declares. A value
 * that cannot be stored is refused by the field's name.
 */
export function parseForm(bytes: Buffer, contentType: string | undefined): URLSearchParams {
  // With two bytes a character, the charset is that of the form itself. Its values are then UTF-8, as
  // browsers send them.
  const isWide = /charset="?(?:utf-?16|unicode|ucs-2)/i.test(contentType ?? '');
  const letters = isWide ? Buffer.from(decodeText(bytes, contentType)) : bytes;
  const charset = isWide ? undefined : contentType;
  const form = new URLSearchParams();
  for (const pair of letters.toString('latin1').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals), 'form', charset);
    form.append(name, equals < 0 ? '' : decodePart(pair.slice(equals + 1), name, charset));
  }
  requireStorable(form);
  return form;
}

export function requireStorable(form: URLSearchParams): void {
  for (const [name, value] of form) {
    if (!isStorable(name)) throw notStorable('form');
    if (!isStorable(value)) throw notStorable(name);
  }
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
const notStorable = (name: string): ApiError =>
  invalid(name.slice(0, 60), 'holds a character that cannot be stored');

/** Characters stand for bytes here, and the bytes for text in the charset. */
function decodePart(letters: string, name: string, contentType: string | undefined): string {
  const bytes = letters
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return decodeText(Buffer.from(bytes, 'latin1'), contentType);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    throw invalid(name.slice(0, 60), 'is not UTF-8, and the form declares no other charset');
  }
}
