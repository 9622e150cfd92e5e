import type { Context, Next, Provider } from 'oidc-provider';
import { API_SCOPES, USER_SCOPES } from '../clients/scopes.ts';
import { LANGUAGES } from '../languages.ts';
import { USERINFO } from '../routes.ts';
import { CLAIMS } from './accounts.ts';

/** URLs by the provider's route, not by the request's Host, because they must agree with the issuer. */
const ENDPOINTS = {
  authorization_endpoint: 'authorization',
  token_endpoint: 'token',
  revocation_endpoint: 'revocation',
  introspection_endpoint: 'introspection',
  end_session_endpoint: 'end_session',
  device_authorization_endpoint: 'device_authorization',
  jwks_uri: 'jwks',
};

/** The members that oidc-provider says of itself and that are true of us. */
const TRUE_MEMBERS = [
  'issuer',
  'grant_types_supported',
  'subject_types_supported',
  'response_types_supported',
  'response_modes_supported',
  'authorization_response_iss_parameter_supported',
];

/** Lists what works, and nothing else. Endpoints appear under the paths where they are mounted (mount.ts). */
export function discovery(provider: Provider): (ctx: Context, next: Next) => Promise<void> {
  return async (ctx, next) => {
    await next();
    if (!ctx.path.startsWith('/.well-known/') || typeof ctx.body !== 'object' || ctx.status !== 200) return;
    const body = ctx.body as Record<string, unknown> | null;
    if (!body || !('issuer' in body)) return;
    const methods = ['client_secret_basic', 'client_secret_post'];
    ctx.body = {
      ...Object.fromEntries(TRUE_MEMBERS.map((name) => [name, body[name]])),
      ...Object.fromEntries(Object.entries(ENDPOINTS).map(([name, route]) => [name, provider.urlFor(route)])),
      userinfo_endpoint: provider.issuer + USERINFO,
      token_endpoint_auth_methods_supported: [...methods, 'none'],
      revocation_endpoint_auth_methods_supported: [...methods, 'none'],
      introspection_endpoint_auth_methods_supported: [...methods, 'none'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: [...USER_SCOPES, ...API_SCOPES],
      claims_supported: [
        ...new Set([...Object.values(CLAIMS).flat(), 'iss', 'aud', 'exp', 'iat', 'auth_time']),
      ],
      ui_locales_supported: Object.keys(LANGUAGES),
      prompt_values_supported: ['none', 'login', 'consent'],
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    };
  };
}
