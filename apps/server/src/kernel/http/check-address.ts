import { type ApiError, invalid } from '../errors.ts';

/**
 * The gate for texts in addresses, whatever asks: the path of an operation, OData's options, SCIM, the pages
 * of the sign-in. NUL cannot be stored, and what is no UTF-8 would be taken for something else.
 */
export function checkAddress(url: string): ApiError | undefined {
  if (!SUSPECT.test(url)) return undefined;
  for (const part of url.split(/[?&]/)) {
    if (part.includes('%00')) return refused(url, part, 'holds a character that cannot be stored');
    if (!isEncodedText(part)) return refused(url, part, 'is not UTF-8, percent-encoded');
  }
  return undefined;
}

const refused = (url: string, part: string, reason: string): ApiError => invalid(placeOf(url, part), reason);

const SUSPECT = /%(?:00|[89a-f])/i;

function isEncodedText(part: string): boolean {
  try {
    // A % that begins nothing means itself.
    decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}

function placeOf(url: string, part: string): string {
  if (url.startsWith(part)) return 'path';
  return part.split('=')[0]!.slice(0, 60).replaceAll(/%24/g, '$') || 'query';
}

/**
 * Clients that do not encode send bytes, which Node shows as Latin-1: encoded they are the
 * same text, and judged alike.
 */
export const encodeBytes = (url: string): string =>
  /[\x80-\xff]/.test(url)
    ? url.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
    : url;
