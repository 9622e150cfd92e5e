import type { Context, Next, Provider } from 'oidc-provider';
import { API_SCOPES } from './scopes.ts';

/** URLs by the provider's route, not by the request's Host: they must agree with the issuer. */
const ENDPOINTS = { token_endpoint: 'token', jwks_uri: 'jwks' };

/** What oidc-provider says of itself and what is true as long as there is no login page. */
const TRUE_MEMBERS = ['issuer', 'grant_types_supported', 'subject_types_supported'];

/** Lists what works, and nothing else. Endpoints come back here as they are mounted (mount.ts). */
export function discovery(provider: Provider): (ctx: Context, next: Next) => Promise<void> {
  return async (ctx, next) => {
    await next();
    if (!ctx.path.startsWith('/.well-known/') || typeof ctx.body !== 'object' || ctx.status !== 200) return;
    const body = ctx.body as Record<string, unknown> | null;
    if (!body || !('issuer' in body)) return;
    ctx.body = {
      ...Object.fromEntries(TRUE_MEMBERS.map((name) => [name, body[name]])),
      ...Object.fromEntries(Object.entries(ENDPOINTS).map(([name, route]) => [name, provider.urlFor(route)])),
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: API_SCOPES,
    };
  };
}
