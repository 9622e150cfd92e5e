import { type Client, type Context, errors } from 'oidc-provider';
import { FACTS } from '../clients/clients.ts';
import { API_SCOPES, RESOURCE, USER_SCOPES } from '../clients/scopes.ts';
import { installationSecrets } from '../keys/installation-secrets.ts';
import { ALGORITHM } from '../keys/signing-keys.ts';
import { ROUTES } from '../routes.ts';
import { confirmDevice, deviceDone, enterDeviceCode } from '../sign-in/device-pages.ts';
import { showError } from '../sign-in/error-page.ts';
import { askToSignOut, signedOut } from '../sign-in/sign-out-pages.ts';
import { AUDIENCE } from '../tokens/issue-token.ts';
import { claimsCustomizer } from '../tokens/token-claims.ts';
import { accountFinder, CLAIMS } from './accounts.ts';
import { adapterFactory, SESSION_SECONDS } from './adapter.ts';
import { whenToAsk } from './interaction-policy.ts';
import { type FindProvider, grantLoader } from './load-grant.ts';
import { checkScopes, ORGANIZATION } from './plain-requests.ts';
import type { ProviderOptions } from './provider-options.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Seconds. A grant ends with its refresh tokens: 60 days after the sign-in, people sign in again. */
const LIFETIMES = {
  AuthorizationCode: 60,
  DeviceCode: 600,
  IdToken: HOUR,
  Interaction: HOUR,
  RefreshToken: 60 * DAY,
  Grant: 60 * DAY,
  Session: SESSION_SECONDS,
};

/** The configuration of oidc-provider. */
export function configuration(options: ProviderOptions, provider: FindProvider): Record<string, unknown> {
  const { db, keys, issuer } = options;
  const lifetime = (): number => options.tokenLifetimeSeconds;
  const cookie = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:'), signed: true };
  return {
    adapter: adapterFactory(options),
    jwks: { keys: keys.all().map(({ privateJwk }) => privateJwk) },
    routes: ROUTES,
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access'],
    claims: { ...CLAIMS, auth_time: null, iss: null },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { grant_types: [], response_types: [], token_endpoint_auth_method: 'client_secret_post' },
    extraClientMetadata: { properties: [FACTS] },
    extraParams: { [ORGANIZATION]: checkScopes },
    findAccount: accountFinder(db),
    loadExistingGrant: grantLoader(db, provider),
    interactions: {
      policy: whenToAsk(),
      url: (_ctx: Context, { uid }: { readonly uid: string }) => `/identity/sign-in/${uid}`,
    },
    cookies: {
      names: { session: 'baton_session', interaction: 'baton_sign_in', resume: 'baton_resume' },
      long: { ...cookie, path: '/identity' },
      short: cookie,
      keys: installationSecrets(keys, 'cookies').map((secret) => secret.toString('base64url')),
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false }, // userinfo.ts
      revocation: { enabled: true, allowedPolicy: isOwnToken },
      introspection: { enabled: true, allowedPolicy: isOwnToken },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: enterDeviceCode(db),
        userCodeConfirmSource: confirmDevice(db),
        successSource: deviceDone(db),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: askToSignOut(db),
        postLogoutSuccessSource: signedOut(db),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: Context, resource: string) => {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return {
            scope: [...API_SCOPES, ...USER_SCOPES].join(' '),
            audience: AUDIENCE,
            accessTokenTTL: lifetime(),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: ALGORITHM, kid: keys.current().kid } },
          };
        },
      },
    },
    formats: { customizers: { jwt: claimsCustomizer(db) } },
    rotateRefreshToken: true,
    ttl: { ...LIFETIMES, AccessToken: lifetime, ClientCredentials: lifetime },
    clientBasedCORS: () => true,
    renderError: showError(db),
  };
}

/**
 * Refresh tokens are nobody's business but their client's; of access tokens tokens/structured-tokens.ts
 * decides.
 */
const isOwnToken = (_ctx: Context, client: Client, token: { readonly clientId?: string }): boolean =>
  token.clientId === client.clientId;
