import type { Context, Next } from 'oidc-provider';
import type { Principal } from '../../kernel/auth/principal.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { bearerToken } from '../../kernel/http/bearer-token.ts';
import { USERINFO } from '../routes.ts';
import { InvalidToken } from '../tokens/verify-token.ts';
import { findUser } from '../users/users.ts';
import { CLAIMS, profileOf } from './accounts.ts';
import { readText } from './read-text.ts';

/** OpenID Connect Core 5.3, with the same tokens that open the API. */
export function userinfo(db: Queryable, verifyToken: (token: string) => Promise<Principal>) {
  return async (ctx: Context, next: Next): Promise<unknown> => {
    if (ctx.path !== USERINFO) return next();
    ctx.set('cache-control', 'no-store');
    const token = await findToken(ctx);
    if (token === undefined) return refuse(ctx, 401, undefined, 'no access token provided');
    const principal = await verifyToken(token).catch(unlessInvalid);
    const user = principal?.kind === 'user' ? await findUser(db, principal.subject) : undefined;
    if (!principal || !user)
      return refuse(ctx, 401, 'invalid_token', 'the access token is invalid or has expired');
    if (!principal.scopes.has('openid')) {
      return refuse(ctx, 403, 'insufficient_scope', 'the access token lacks the scope openid');
    }
    const profile = profileOf(user);
    const names = Object.entries(CLAIMS).flatMap(([scope, claims]) =>
      principal.scopes.has(scope) ? claims : [],
    );
    ctx.body = Object.fromEntries(names.map((name) => [name, profile[name]]));
    return undefined;
  };
}

/** From the header, or from the form of a POST. */
async function findToken(ctx: Context): Promise<string | undefined> {
  const bearer = bearerToken(ctx.headers.authorization);
  if (bearer || ctx.method !== 'POST' || !ctx.is('application/x-www-form-urlencoded')) return bearer;
  return new URLSearchParams((await readText(ctx.req)) ?? '').get('access_token') ?? undefined;
}

function unlessInvalid(error: unknown): undefined {
  if (error instanceof InvalidToken) return undefined;
  throw error;
}

function refuse(ctx: Context, status: number, error: string | undefined, description: string): void {
  ctx.status = status;
  const parameters = error ? ` error="${error}", error_description="${description}"` : '';
  ctx.set('www-authenticate', `Bearer${parameters}`);
  ctx.body = { error: error ?? 'invalid_request', error_description: description };
}
