import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SigningKeys } from './signing-keys.ts';

/**
 * Secrets that all nodes share, derived from the signing keys, newest first. Those of retired keys still
 * count, so a rotation breaks no cookie and no open form.
 */
export const installationSecrets = (keys: SigningKeys, purpose: string): Buffer[] =>
  keys
    .all()
    .map(({ privateJwk }) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(privateJwk.d!), Buffer.alloc(0), `baton ${purpose}`, 32)),
    );

const macOf = (secret: Buffer, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** A value in a form that shows that the form came from one of our pages. */
export const formToken = (keys: SigningKeys, of: string): string =>
  macOf(installationSecrets(keys, 'forms')[0]!, of).toString('base64url');

export function isFormToken(keys: SigningKeys, of: string, token: string | undefined): boolean {
  const given = Buffer.from(token ?? '', 'base64url');
  return installationSecrets(keys, 'forms')
    .map((secret) => macOf(secret, of))
    .some((mac) => mac.length === given.length && timingSafeEqual(mac, given));
}
