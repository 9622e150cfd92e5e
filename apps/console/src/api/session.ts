import { ApiFailure, bodyOf } from '@baton/client/api-failure';
import type { TokenSource } from '@baton/client/token';
import { sha256 } from '@noble/hashes/sha2.js';

/** The client that comes with the server for this page (apps/server/src/identity/clients/clients.ts). */
const CLIENT = '9f0a7d52-2c1e-4d7b-b6a3-5e8c4f1d2b60';
const SCOPE = 'openid profile email OrchestratorApiUserAccess IdentityServerApi';
const RETURN_PATH = '/signed-in';
const KEPT_AT = 'baton.return';

const redirectUri = location.origin + RETURN_PATH;

/** Nobody is signed in in this browser. */
class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** Who signed in, as the token says. */
export interface Person {
  readonly id: string;
  readonly userName: string;
  readonly name: string;
  readonly email: string | undefined;
}

interface Held {
  readonly token: string;
  /** Of `performance.now()`. */
  readonly until: number;
}

let held: Held | undefined;
let asking: Promise<Held> | undefined;

/**
 * The token of the person who is signed in. It is in the memory of this page only: what is kept is the
 * session cookie of the sign-in pages, which no script can read, and from which a token is had again without
 * a word (`prompt=none`). Where the session has ended, the sign-in pages open and lead back to where one was.
 */
export const session: TokenSource = {
  async get() {
    if (held && performance.now() < held.until) return held.token;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    try {
      held = await asking;
      return held.token;
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error;
      signIn();
      // The page is being left, so nobody is told anything more.
      return new Promise<never>(() => {});
    }
  },
  forget(token) {
    if (held?.token === token) held = undefined;
    return true;
  },
};

/** What the token says of the person. */
export async function whoAmI(): Promise<Person> {
  const [, payload = ''] = (await session.get()).split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
    each.charCodeAt(0),
  );
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string | undefined>;
  const userName = claims['preferred_username'] ?? '';
  return {
    id: claims['sub'] ?? '',
    userName,
    name: claims['name'] || userName,
    email: claims['email'],
  };
}

/** Opens the sign-in pages. They lead to `/signed-in`, and that leads back here. */
function signIn(): void {
  sessionStorage.setItem(KEPT_AT, location.pathname + location.search + location.hash);
  // The code that comes back is not used: only the session counts, from which `ask` has a code of its own.
  location.assign(authorization({ challenge: challengeOf(random()), state: random() }));
}

export function signOut(): void {
  held = undefined;
  sessionStorage.removeItem(KEPT_AT);
  const query = new URLSearchParams({ client_id: CLIENT, post_logout_redirect_uri: redirectUri });
  location.assign(`/identity/connect/endsession?${query}`);
}

/** At the address to which sign-in leads: back to where one was, before anything is shown. */
export function comeBack(): void {
  if (location.pathname !== RETURN_PATH) return;
  const path = sessionStorage.getItem(KEPT_AT) ?? '/';
  sessionStorage.removeItem(KEPT_AT);
  history.replaceState(null, '', path.startsWith(RETURN_PATH) ? '/' : path);
}

async function ask(): Promise<Held> {
  const verifier = random();
  const state = random();
  const address = authorization({ challenge: challengeOf(verifier), state, prompt: 'none' });
  // It is followed to where it leads, and the address of the answer has the code.
  const answer = await fetch(address, { headers: { accept: 'text/html' }, cache: 'no-store' });
  await answer.body?.cancel();
  const { pathname, searchParams } = new URL(answer.url);
  const error = searchParams.get('error');
  if (error?.endsWith('_required')) throw new SignedOut();
  const code = searchParams.get('code');
  if (pathname !== RETURN_PATH || searchParams.get('state') !== state || code === null)
    throw new ApiFailure(
      answer.ok ? 400 : answer.status,
      { message: searchParams.get('error_description') ?? error },
      'GET /identity/connect/authorize',
    );
  const tokens = await bodyOf(
    await fetch('/identity/connect/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: CLIENT,
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }),
    }),
    'POST /identity/connect/token',
  );
  const { access_token: token, expires_in: seconds } = tokens as {
    readonly access_token: string;
    readonly expires_in: number;
  };
  // A new one is asked for when a fifth of its life is left, so that it does not end on the way.
  return { token, until: performance.now() + seconds * 800 };
}

interface Asked {
  readonly challenge: string;
  readonly state: string;
  readonly prompt?: 'none';
}

const authorization = ({ challenge, state, prompt }: Asked): string =>
  `/identity/connect/authorize?${new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    scope: SCOPE,
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
    ...(prompt && { prompt }),
  })}`;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Not by `crypto.subtle`, which browsers keep from pages that come by plain http from another machine. */
const challengeOf = (verifier: string): string => base64url(sha256(new TextEncoder().encode(verifier)));
