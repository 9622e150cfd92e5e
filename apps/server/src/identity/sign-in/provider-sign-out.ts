import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Next } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import { formToken, isFormToken } from '../keys/installation-secrets.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { ROUTES } from '../routes.ts';
import { goTo } from './browser.ts';

/**
 * Where a provider sends people after they have signed out there. It has to be registered at the provider.
 */
export const SIGNED_OUT = '/identity/sign-in/signed-out';

/** What is stored about somebody from a provider, until they sign out or the session ends. */
export interface ProviderSignOut {
  readonly providerId: string;
  /** As people know it. */
  readonly name: string;
  readonly clientId: string;
  /** The provider's `end_session_endpoint`. */
  readonly url: string;
  /** Sealed, base64. Undefined if it was too long. */
  readonly idToken?: string;
}

/** Of an ID token. Some providers put hundreds of groups in it. */
const MOST_CHARACTERS = 16_384;

const purposeOf = (providerId: string): string => `ID token of sign-in provider ${providerId}`;

/** Undefined if the provider does not offer it. */
export function keepSignOut(
  sealer: Sealer,
  provider: {
    readonly id: string;
    readonly name: string;
    readonly clientId: string;
    readonly issuer: string;
  },
  url: string | undefined,
  idToken: string | undefined,
): ProviderSignOut | undefined {
  const { id, name, clientId, issuer } = provider;
  // No sign-out over plain http at a provider whose sign-in is encrypted.
  if (url === undefined || URL.parse(url)?.protocol !== new URL(issuer).protocol) return undefined;
  const isKept = idToken !== undefined && idToken.length <= MOST_CHARACTERS;
  const sealed = isKept ? sealer.seal(Buffer.from(idToken), purposeOf(id)).toString('base64') : undefined;
  return { providerId: id, name, clientId, url, idToken: sealed };
}

export async function findSignOut(db: Queryable, uid: string): Promise<ProviderSignOut | undefined> {
  const row = await db.first<{ signOut: ProviderSignOut | null }>(sql`
    select sign_out as "signOut" from browser_sessions where uid = ${uid}`);
  return row?.signOut ?? undefined;
}

/** Answers it and forgets it, since it is used once. */
async function takeSignOut(db: Queryable, uid: string): Promise<ProviderSignOut | undefined> {
  const row = await db.first<{ signOut: ProviderSignOut | null }>(sql`
    update browser_sessions s set sign_out = null
      from (select uid, sign_out from browser_sessions where uid = ${uid} for update) old
     where s.uid = old.uid returning old.sign_out as "signOut"`);
  return row?.signOut ?? undefined;
}

export interface LeavingOptions {
  readonly db: Queryable;
  readonly sealer: Sealer;
  readonly keys: SigningKeys;
  readonly issuer: string;
}

/**
 * Sends people who asked for it on to sign out at the provider, after they have signed out here. From there
 * they come back to where they were going.
 */
export const leavingProvider =
  (options: LeavingOptions) =>
  async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.path !== `${ROUTES.end_session}/confirm` || !ctx.oidc?.session?.destroyed) return;
    const signOut = await takeSignOut(options.db, ctx.oidc.session.uid);
    if (signOut && ctx.oidc.body?.provider === 'yes' && ctx.status === 303)
      ctx.redirect(addressOf(options, signOut, ctx.response.get('location')));
  };

/** OpenID Connect RP-Initiated Logout 1.0, 2. */
function addressOf(
  { sealer, keys, issuer }: LeavingOptions,
  { providerId, clientId, url, idToken }: ProviderSignOut,
  back: string,
): string {
  const address = new URL(url);
  const hint = idToken && openToken(sealer, providerId, idToken);
  if (hint) address.searchParams.set('id_token_hint', hint);
  address.searchParams.set('client_id', clientId);
  address.searchParams.set('post_logout_redirect_uri', new URL(SIGNED_OUT, issuer).href);
  address.searchParams.set(
    'state',
    `${Buffer.from(back).toString('base64url')}.${formToken(keys, stateOf(back))}`,
  );
  return address.href;
}

/** Undefined if the key that sealed it is gone. The provider then asks who it is. */
function openToken(sealer: Sealer, providerId: string, idToken: string): string | undefined {
  try {
    return sealer.open(Buffer.from(idToken, 'base64'), purposeOf(providerId)).toString();
  } catch {
    return undefined;
  }
}

const stateOf = (back: string): string => `signed out, back to ${back}`;

/** The return from the provider goes on to where a sign-out here leads. */
export function comeBackSignedOut(
  { keys }: { readonly keys: SigningKeys },
  request: FastifyRequest<{ Querystring: { state?: unknown } }>,
  reply: FastifyReply,
): FastifyReply {
  const [encoded = '', token] = String(request.query.state).split('.');
  const back = Buffer.from(encoded, 'base64url').toString();
  const isOurs = isFormToken(keys, stateOf(back), token);
  return goTo(reply, isOurs ? back : `/identity${ROUTES.end_session}/success`);
}
