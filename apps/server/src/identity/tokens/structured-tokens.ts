import type { Context, Next } from 'oidc-provider';
import { factsOf, organizationOf } from '../clients/clients.ts';
import { ROUTES } from '../routes.ts';
import { readAccountId } from '../users/users.ts';
import { type Bearer, InvalidToken } from './verify-token.ts';

export interface StructuredTokensOptions {
  readonly issuer: string;
  readonly verify: (token: string) => Promise<Bearer>;
  readonly revoke: (token: { readonly tokenId: string; readonly expiresAt: number }) => Promise<void>;
}

/**
 * Our access tokens are JWTs. oidc-provider refuses to revoke or introspect those, but only after the client
 * has identified itself, and this continues from there.
 */
export function structuredTokens(options: StructuredTokensOptions) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.path !== ROUTES.revocation && ctx.path !== ROUTES.introspection) return;
    await answer(ctx, options);
    if (ctx.body === '') sayNothing(ctx);
  };
}

async function answer(ctx: Context, options: StructuredTokensOptions): Promise<void> {
  const { error } = (ctx.body ?? {}) as { readonly error?: string };
  if (error === undefined && ctx.path === ROUTES.introspection) return hideStamp(ctx);
  if (error !== 'unsupported_token_type' || !ctx.oidc.client) return;
  const bearer = await options.verify(ctx.oidc.params!.token!).catch(unlessOurs);
  ctx.status = 200;
  if (ctx.path === ROUTES.introspection) ctx.body = introspect(ctx, bearer, options.issuer);
  else await revoke(ctx, bearer, options);
}

function unlessOurs(error: unknown): undefined {
  if (error instanceof InvalidToken) return undefined;
  throw error;
}

/**
 * Clients of its own organization may ask about a token. A public client proves nothing, so it sees
 * only its own.
 */
function introspect(ctx: Context, bearer: Bearer | undefined, issuer: string): Record<string, unknown> {
  const client = ctx.oidc.client!;
  const organization = organizationOf(factsOf(client));
  const isOwn = bearer?.principal.clientId === client.clientId;
  const mayKnow =
    isOwn || (client.clientAuthMethod !== 'none' && organization === bearer?.principal.organizationId);
  if (!bearer || !mayKnow) return { active: false };
  const { principal } = bearer;
  return {
    active: true,
    iss: issuer,
    sub: principal.subject,
    client_id: principal.clientId,
    prt_id: principal.organizationId,
    scope: [...principal.scopes].join(' '),
    exp: principal.expiresAt,
    jti: principal.tokenId,
    token_type: 'Bearer',
  };
}

/**
 * A token that cannot be used any more counts as revoked (RFC 7009). A token of another client is left alone.
 */
async function revoke(
  ctx: Context,
  bearer: Bearer | undefined,
  options: StructuredTokensOptions,
): Promise<void> {
  ctx.body = '';
  const client = ctx.oidc.client!;
  if (!bearer) return;
  if (bearer.principal.clientId === client.clientId) return options.revoke(bearer.principal);
  if (client.clientAuthMethod === 'none') return;
  ctx.status = 400;
  ctx.body = { error: 'invalid_request', error_description: 'the token was issued to another client' };
}

/**
 * An empty text would have a type, at which clients that expect JSON stumble (oidc-client-ts). Of nothing
 * Koa makes the text `null` where the type is JSON, behind a length of 0: the next answer on the connection
 * would begin with it.
 */
function sayNothing(ctx: Context): void {
  ctx.type = '';
  ctx.body = null;
  ctx.status = 200;
}

function hideStamp(ctx: Context): void {
  const body = ctx.body as { sub?: string } | undefined;
  if (body?.sub?.includes('.')) body.sub = readAccountId(body.sub).id;
}
