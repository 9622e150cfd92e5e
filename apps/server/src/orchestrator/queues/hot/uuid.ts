import { randomBytes } from 'node:crypto';

const DIGITS = 19;
let random = '';
let used = 0;
let time = 0;
let prefix = '';

/**
 * UUID version 7. New ones are neighbours in an index, so an add to ten million items touches one page
 * instead of pages all over the index.
 */
export function uuidInOrder(): string {
  if (used + DIGITS > random.length) {
    random = randomBytes(DIGITS * 100).toString('hex');
    used = 0;
  }
  const now = Date.now();
  if (now !== time) {
    time = now;
    const hex = now.toString(16).padStart(12, '0');
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  }
  const at = used;
  used += DIGITS;
  const variant = '89ab'[Number.parseInt(random[at + 18]!, 16) & 3]!;
  return `${prefix}${random.slice(at, at + 3)}-${variant}${random.slice(at + 3, at + 6)}-${random.slice(at + 6, at + 18)}`;
}
