import type { FastifyBaseLogger } from 'fastify';
import { type Client, type Context, errors, type Next, Provider, type Token } from 'oidc-provider';
import sql from 'sql-template-tag';
import { DatabaseUnavailable } from '../../kernel/db/unavailable.ts';
import { StorageFailure } from '../../kernel/files/storage-failure.ts';
import { factsOf, findSecret, isLoopback, organizationOf } from '../clients/clients.ts';
import { clientScopes, userScopes } from '../clients/grant-scopes.ts';
import { ALGORITHM } from '../keys/signing-keys.ts';
import { ROUTES } from '../routes.ts';
import { leavingProvider } from '../sign-in/provider-sign-out.ts';
import { wordedForms } from '../sign-in/sent-on.ts';
import { AUDIENCE } from '../tokens/issue-token.ts';
import { structuredTokens } from '../tokens/structured-tokens.ts';
import { noteSecret } from '../tokens/token-claims.ts';
import { accountIdOf } from '../users/users.ts';
import { forgetEndedSessions, hideStamps } from './accounts.ts';
import { configuration } from './configuration.ts';
import { discovery } from './discovery.ts';
import { plainAuthorization, plainDeviceLink } from './plain-requests.ts';
import type { Incoming, ProviderOptions } from './provider-options.ts';
import { FORMS, readForm } from './read-form.ts';
import { userinfo } from './userinfo.ts';

/**
 * oidc-provider with the current keys. A new key needs a new provider. Nothing is lost with the old one,
 * because everything it knows is in the database.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, db, keys, clock, checkPassword } = options;
  const provider: Provider = new Provider(
    issuer,
    configuration(options, () => provider),
  );
  hideStamps(provider);
  forgetEndedSessions(provider, db);
  const { redirectUriAllowed } = provider.Client.prototype;
  provider.Client.prototype.redirectUriAllowed = function isAllowed(
    this: typeof provider.Client.prototype,
    uri,
  ) {
    // Clients' command line tools wait at a port and path of their own choice.
    if (factsOf(this).kind === 'first-party' && isLoopback(uri)) return true;
    return redirectUriAllowed.call(this, uri);
  };
  provider.Client.prototype.compareClientSecret = function compare(this: Client, secret: string): boolean {
    const mark = findSecret(factsOf(this), secret, clock());
    if (mark !== undefined) noteSecret(Provider.ctx!, mark);
    return mark !== undefined;
  };
  // Registered by hand, because the built-in one drops unknown scopes instead of refusing them.
  provider.registerGrantType('client_credentials', clientCredentials, ['scope']);
  provider.registerGrantType('password', password, ['username', 'password', 'scope', 'acr_values']);
  provider
    .use(behindProxy(issuer))
    .use(wordedForms(db))
    .use(crossOrigin)
    .use(userinfo(db, async (token) => (await options.verifyBearer(token)).principal))
    .use(plainStatus)
    .use(leavingProvider(options))
    .use(readForm)
    .use(structuredTokens({ issuer, verify: options.verifyBearer, revoke: options.revokeToken }))
    .use(plainAuthorization)
    .use(plainDeviceLink)
    .use(freshDevicePage)
    .use(discovery(provider));
  report(provider, options.log);
  return provider;

  async function clientCredentials(ctx: Context): Promise<void> {
    const client = await clientOf(ctx);
    const scope = clientScopes(factsOf(client), ctx.oidc.params?.scope).join(' ');
    await answerToken(ctx, new provider.ClientCredentials({ client, scope }));
  }

  /** For old clients that ask people for their password. Only applications with user scopes may use it. */
  async function password(ctx: Context): Promise<void> {
    const client = await clientOf(ctx);
    const facts = factsOf(client);
    const { username, password, scope } = ctx.oidc.params ?? {};
    const scopes = userScopes(facts, scope);
    if (!username || !password) throw new errors.InvalidRequest('username and password are needed');
    const { source } = ctx.request.req as Incoming;
    const check = await checkPassword({
      organizationId: organizationOf(facts),
      login: username,
      password,
      source,
      client: client.clientName,
      browser: ctx.headers['user-agent'],
    });
    if (!check.user) {
      if (check.retryAfter > 0) ctx.set('retry-after', String(check.retryAfter));
      throw new errors.InvalidGrant('unknown user or wrong password');
    }
    const { user } = check;
    const gty = 'password';
    await answerToken(
      ctx,
      new provider.AccessToken({ client, accountId: accountIdOf(user), scope: scopes.join(' '), gty }),
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
    const named = (ctx.request.req as Incoming).address?.organization;
    const organizationId = organizationOf(factsOf(client));
    if (named === undefined || organizationId === undefined) return client;
    const own = await db.first(sql`
      select from organizations
       where id = ${organizationId}
         and (folded(name) = folded(${named}) or id::text = folded(${named}))`);
    if (!own) throw new errors.InvalidClientAuth('the client belongs to another organization');
    return client;
  }
}

const PAGES: readonly string[] = [ROUTES.authorization, ROUTES.end_session, ROUTES.code_verification];

/**
 * Tokens travel in headers, never in cookies, so any page may ask. If this is set first,
 * oidc-provider adds nothing.
 */
async function crossOrigin(ctx: Context, next: Next): Promise<unknown> {
  // These are pages with cookies, so no other site may read them.
  if (PAGES.some((path) => ctx.path.startsWith(path))) return next();
  ctx.set('access-control-allow-origin', '*');
  if (ctx.method !== 'OPTIONS') return next();
  ctx.set('access-control-allow-methods', 'GET, HEAD, POST, OPTIONS');
  ctx.set('access-control-allow-headers', ctx.get('access-control-request-headers') || '*');
  ctx.set('access-control-max-age', '3600');
  ctx.status = 204;
  return undefined;
}

/**
 * 401 belongs to the Authorization header. Credentials in the body are refused with 400,
 * as IdentityServer does.
 */
async function plainStatus(ctx: Context, next: Next): Promise<void> {
  await next();
  const body = (ctx.body ?? {}) as { error?: string; readonly error_description?: string };
  if (body.error_description === NOT_THIS_GRANT) body.error = 'unauthorized_client';
  if (FORMS.has(ctx.path) && ctx.status === 401 && !ctx.headers.authorization) ctx.status = 400;
}

/** RFC 6749 (5.2) has a code of its own for what oidc-provider calls an invalid request. */
const NOT_THIS_GRANT = 'requested grant type is not allowed for this client';

/**
 * A device's code that is sent without its page. oidc-provider would keep a session that it never stored, and
 * fail. The page asks again.
 */
async function freshDevicePage(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    const isFirst = ctx.path === ROUTES.code_verification && ctx.oidc.session?.exp === undefined;
    if (!isFirst || !(error instanceof TypeError)) throw error;
    ctx.status = 303;
    ctx.redirect(`/identity${ROUTES.code_verification}`);
  }
}

/**
 * TLS ends at a proxy. The issuer says how clients see us, whatever headers the proxy sends or forgets. The
 * mount path is given, because oidc-provider cannot find it once a query or body has been normalized.
 */
function behindProxy(issuer: string) {
  return async (ctx: Context, next: Next): Promise<unknown> => {
    Object.assign(ctx, { mountPath: '/identity' });
    // Not by oidc-provider's own setting, because one rule decides whose address
    // is believed (kernel/http/trusted-proxies.ts).
    Object.defineProperty(ctx.request, 'ip', { value: (ctx.request.req as Incoming).source });
    if (issuer.startsWith('https:')) Object.defineProperty(ctx.request, 'protocol', { value: 'https' });
    return next();
  };
}

function report(provider: Provider, log: FastifyBaseLogger): void {
  provider.on('error', (error) => log.info({ err: error }, 'a request to the identity server broke off'));
  provider.on('grant.error', (ctx, { error, error_description, error_detail }) => {
    const clientId = ctx.oidc.params?.client_id;
    log.info({ clientId, error, error_description, error_detail }, 'a token was refused');
  });
  provider.on('server_error', (ctx, error) => {
    log.error({ err: error }, 'a request to the identity server failed');
    // People already have a page (error-page.ts).
    const isPage = typeof ctx.body === 'string';
    const tell = (status: number, error_description: string): void => {
      ctx.status = status;
      if (!isPage) ctx.body = { error: 'temporarily_unavailable', error_description };
    };
    if (error instanceof StorageFailure) tell(507, "The server's storage is full.");
    if (!(error instanceof DatabaseUnavailable)) return;
    tell(503, 'The database cannot be reached.');
    ctx.set('retry-after', '1');
  });
}
