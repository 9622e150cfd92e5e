import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { type Client, type Context, errors, type Next, Provider, type Token } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Database } from '../kernel/db/sql.ts';
import { DatabaseUnavailable } from '../kernel/db/unavailable.ts';
import { adapterFactory } from './adapter.ts';
import { FACTS, type FindMachineClient, factsOf, matchesSecret } from './clients.ts';
import { discovery } from './discovery.ts';
import { clientScopes, userScopes } from './grant-scopes.ts';
import { AUDIENCE } from './issue-token.ts';
import { ALGORITHM, type SigningKeys } from './keys.ts';
import { readForm } from './read-form.ts';
import type { CheckPassword } from './sign-in.ts';
import { claimsCustomizer } from './token-claims.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly db: Database;
  readonly keys: SigningKeys;
  readonly log: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly findMachineClient: FindMachineClient;
  readonly checkPassword: CheckPassword;
  readonly tokenLifetimeSeconds: number;
}

/** Paths below the issuer, as IdentityServer has them. */
export const ROUTES = { token: '/connect/token', jwks: '/.well-known/openid-configuration/jwks' };

/**
 * oidc-provider with the keys of this moment; a new key needs a new provider, and nothing is lost
 * with the old one since all it knows is in the database.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, db, keys, clock, checkPassword } = options;
  const provider = new Provider(issuer, configuration(options));
  provider.Client.prototype.compareClientSecret = function compare(this: Client, secret: string): boolean {
    return matchesSecret(factsOf(this), secret, clock());
  };
  // Registered by hand, since the built-in one drops scopes it does not know instead of refusing them.
  provider.registerGrantType('client_credentials', clientCredentials, ['scope']);
  provider.registerGrantType('password', password, ['username', 'password', 'scope', 'acr_values']);
  provider.use(crossOrigin).use(plainStatus).use(readTokenForm).use(discovery(provider));
  report(provider, options.log);
  return provider;

  async function clientCredentials(ctx: Context): Promise<void> {
    const client = await clientOf(ctx);
    const scope = clientScopes(factsOf(client), ctx.oidc.params?.scope).join(' ');
    await answerToken(ctx, new provider.ClientCredentials({ client, scope }));
  }

  /** Of old clients that ask people for their password; only for applications registered for user scopes. */
  async function password(ctx: Context): Promise<void> {
    const client = await clientOf(ctx);
    const facts = factsOf(client);
    const { username, password, scope } = ctx.oidc.params ?? {};
    const scopes = userScopes(facts, scope);
    if (!username || !password) throw new errors.InvalidRequest('username and password are needed');
    const { organizationId } = facts;
    const user = await checkPassword({ organizationId, login: username, password });
    if (!user) throw new errors.InvalidGrant('unknown user or wrong password');
    const gty = 'password';
    await answerToken(
      ctx,
      new provider.AccessToken({ client, accountId: user.id, scope: scopes.join(' '), gty }),
    );
  }

  async function answerToken(ctx: Context, token: Token): Promise<void> {
    token.resourceServer = new provider.ResourceServer(AUDIENCE, {
      scope: token.scope ?? '',
      audience: AUDIENCE,
      accessTokenTTL: options.tokenLifetimeSeconds,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: ALGORITHM, kid: keys.current().kid } },
    });
    ctx.oidc.entity(token.kind, token);
    const accessToken = await token.save();
    ctx.body = {
      access_token: accessToken,
      expires_in: token.expiration,
      token_type: token.tokenType,
      scope: token.scope,
    };
  }

  /** An organization in the URL must be the client's own. */
  async function clientOf(ctx: Context): Promise<Client> {
    const client = ctx.oidc.client!;
    const { address } = ctx.request.req as IncomingMessage & { address?: { readonly organization?: string } };
    const named = address?.organization;
    if (named === undefined) return client;
    const own = await db.first(sql`
      select from organizations
       where id = ${factsOf(client).organizationId}
         and (lower(name) = lower(${named}) or id::text = lower(${named}))`);
    if (!own) throw new errors.InvalidClientAuth('the client belongs to another organization');
    return client;
  }
}

function configuration(options: ProviderOptions): Record<string, unknown> {
  const lifetime = (): number => options.tokenLifetimeSeconds;
  return {
    adapter: adapterFactory(options),
    jwks: { keys: options.keys.all().map(({ privateJwk }) => privateJwk) },
    routes: ROUTES,
    // The login page brings the code flow and refresh tokens; until then they are off, and so is all that
    // belongs to them.
    responseTypes: [],
    scopes: [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { grant_types: [], response_types: [], token_endpoint_auth_method: 'client_secret_post' },
    extraClientMetadata: { properties: [FACTS] },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    formats: { customizers: { jwt: claimsCustomizer(options.db) } },
    ttl: { AccessToken: lifetime, ClientCredentials: lifetime },
    clientBasedCORS: () => true,
    // Nobody looks at a token request in a browser, whatever it says it accepts.
    renderError: (ctx: Context, out: unknown) => {
      ctx.body = out;
    },
  };
}

/**
 * Tokens travel in headers and never in cookies, so any page may ask. Set first, oidc-provider adds nothing
 * to it.
 */
async function crossOrigin(ctx: Context, next: Next): Promise<unknown> {
  ctx.set('access-control-allow-origin', '*');
  if (ctx.method !== 'OPTIONS') return next();
  ctx.set('access-control-allow-methods', 'GET, HEAD, POST, OPTIONS');
  ctx.set('access-control-allow-headers', ctx.get('access-control-request-headers') || '*');
  ctx.set('access-control-max-age', '3600');
  ctx.status = 204;
  return undefined;
}

/**
 * 401 belongs to the Authorization header; credentials in the body are refused with 400, as IdentityServer
 * does.
 */
async function plainStatus(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.path === ROUTES.token && ctx.status === 401 && !ctx.headers.authorization) ctx.status = 400;
}

const readTokenForm = (ctx: Context, next: Next): Promise<unknown> =>
  ctx.path === ROUTES.token ? readForm(ctx, next) : next();

function report(provider: Provider, log: FastifyBaseLogger): void {
  provider.on('error', (error) => log.info({ err: error }, 'a request to the identity server broke off'));
  provider.on('grant.error', (ctx, { error, error_description, error_detail }) => {
    const clientId = ctx.oidc.params?.client_id;
    log.info({ clientId, error, error_description, error_detail }, 'a token was refused');
  });
  provider.on('server_error', (ctx, error) => {
    log.error({ err: error }, 'a request to the identity server failed');
    if (!(error instanceof DatabaseUnavailable)) return;
    ctx.status = 503;
    ctx.set('retry-after', '1');
    ctx.body = { error: 'temporarily_unavailable', error_description: 'The database cannot be reached.' };
  });
}
