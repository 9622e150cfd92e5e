import type { TestIdentity } from '../identity.fixture.ts';
import { codeAt, stepAt } from './totp.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code that an authenticator app shows. */
export function codeOf(secret: string, milliseconds: number): string {
  const bits = [...secret.replaceAll(' ', '')]
    .map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return codeAt(bytes, stepAt(milliseconds));
}

export const secretOf = (text: string): string => /id="secret">([A-Z2-7 ]+)</.exec(text)![1]!;
export const codesOf = (text: string): string[] =>
  [...text.matchAll(/<li><code>([^<]+)</g)].map(([, code]) => code!);
export const problemOf = (text: string): string | undefined =>
  /role="alert" id="(?:[\w-]+-)?problem">(?:<strong>)?([^<]*)/.exec(text)?.[1];
export const now = ({ time }: TestIdentity): number => Date.now() + time.ahead;
