import type { Context } from './context.ts';

/**
 * The token of an address that gives a file to whoever holds it. What it allows is sealed with the
 * installation's key for one purpose, so nobody can forge, change or read it, and it needs no row.
 */
export const sealLink = ({ sealer }: Pick<Context, 'sealer'>, purpose: string, link: object): string =>
  sealer.seal(Buffer.from(JSON.stringify(link)), purpose).toString('base64url');

/** What a token allows. Undefined if it was not made for this purpose. The caller checks the time. */
export function readLink<T>(
  { sealer }: Pick<Context, 'sealer'>,
  purpose: string,
  token: string,
): T | undefined {
  try {
    return JSON.parse(sealer.open(Buffer.from(token, 'base64url'), purpose).toString()) as T;
  } catch {
    return undefined;
  }
}
