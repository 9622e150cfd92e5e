import { bodyOf } from './api-failure.ts';
import { type Patience, patiently } from './patience.ts';

export interface Credentials extends Patience {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

/** Keeps a token until shortly before it expires. Callers that ask at the same time get the same one. */
export interface TokenSource {
  get(): Promise<string>;
  /** The server refused this token. Answers whether a new one can be had. */
  forget(token: string): boolean;
}

interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** A given token, which is never renewed. */
export const fixedToken = (token: string): TokenSource => ({ get: async () => token, forget: () => false });

/** Tokens of an application or a machine, by its own credentials. */
export function tokenSource(credentials: Credentials): TokenSource {
  let held: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const answer = await requestToken(credentials);
    // The token is renewed when a fifth of its life is left, so that it does not expire on the way.
    held = { token: answer.access_token, until: performance.now() + answer.expires_in * 800 };
    return held.token;
  };
  return {
    async get() {
      if (held && performance.now() < held.until) return held.token;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    forget(old) {
      if (held?.token === old) held = undefined;
      return true;
    },
  };
}

async function requestToken(credentials: Credentials): Promise<TokenAnswer> {
  const { url, clientId, clientSecret, scope } = credentials;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  if (scope) body.set('scope', scope);
  const endpoint = `${new URL(url).origin}/identity/connect/token`;
  const response = await patiently(credentials, endpoint, { method: 'POST', body });
  return (await bodyOf(response, 'POST /identity/connect/token')) as TokenAnswer;
}
