import { setTimeout as delay } from 'node:timers/promises';
import type { TokenSource } from '@baton/client/token';
import { lockFile } from '@baton/robot/lock';
import { readSecretFile } from '../developer-file.ts';
import { Failure } from '../failure.ts';
import { type Profile, writeProfile } from './profile-file.ts';

/** Tokens are renewed this long before they expire, so that they do not expire on the way. */
const EARLY_MS = 60_000;
const LOOK_MS = 50;
/** Longer than a call to the server may take. */
const PATIENCE_MS = 120_000;

/**
 * Tokens of a person who has signed in with `baton login`. A refresh token is valid once, and the server ends
 * the whole sign-in if it is used twice. So of several commands that run at once, one renews the token, and
 * the others read the result.
 */
export function profileTokens(file: string, name: string): TokenSource {
  let refused: string | undefined;
  const isGood = ({ accessToken, expiresAt }: Profile): boolean =>
    accessToken !== refused && Date.now() < expiresAt - EARLY_MS;
  const read = async (): Promise<Profile> => {
    const profile = await readSecretFile<Profile>(file);
    if (!profile) throw new Failure(`The profile '${name}' is gone: sign in with 'baton login'.`);
    return profile;
  };
  return {
    async get() {
      const profile = await read();
      if (isGood(profile)) return profile.accessToken;
      return locked(`${file}.lock`, async () => {
        const current = await read();
        if (isGood(current)) return current.accessToken;
        const renewed = await renew(current, name);
        await writeProfile(file, renewed);
        return renewed.accessToken;
      });
    },
    forget(token) {
      refused = token;
      return true;
    },
  };
}

async function renew(profile: Profile, name: string): Promise<Profile> {
  const { ask, openIdOf, profileOf, Refusal } = await import('./open-id.ts');
  const { refreshTokenGrant } = await import('openid-client');
  try {
    const tokens = await ask(refreshTokenGrant(await openIdOf(profile.url), profile.refreshToken));
    return profileOf(profile.url, tokens, profile.userName);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'invalid_grant') throw error;
    const asked = name === 'default' ? '' : ` --profile ${name}`;
    throw new Failure(
      `The sign-in of ${profile.userName} at ${profile.url} has ended: 'baton login --url ${profile.url}${asked}'.`,
    );
  }
}

async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const held = lockFile(file);
    if (typeof held === 'function') {
      try {
        return await work();
      } finally {
        held();
      }
    }
    if (performance.now() > until) throw new Failure(`${file} is held by process ${held?.pid ?? 'unknown'}.`);
    await delay(LOOK_MS);
  }
}
