import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import type { Ends } from '../../chromium.fixture.ts';
import { listen } from './chromium.fixture.ts';

export interface Company {
  readonly issuer: string;
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By subject. */
  readonly people: Record<string, Readonly<Record<string, unknown>>>;
}

/** As plain as its other page. */
function askToLeave(ctx: { body: string }, form: string): void {
  ctx.body = `${form}<button type=submit form="op.logoutForm" name=logout value=yes>Yes, sign me out</button>`;
}

/**
 * Somebody else's OpenID provider, at another site. It follows the standard: its ID tokens contain only the
 * subject, and the rest is at userinfo.
 */
export async function startCompany(t: Ends, redirectUri: string): Promise<Company> {
  const people: Company['people'] = {};
  const [clientId, clientSecret] = [randomUUID(), randomUUID()];
  const signedOut = new URL('signed-out', redirectUri).href;
  let answer = (_request: IncomingMessage, _response: ServerResponse): unknown => undefined;
  const origin = await listen(t, (request, response) => void answer(request, response), 'localhost');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider: Provider = new Provider(origin, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [signedOut],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomUUID()] },
    clientAuthMethods: ['client_secret_post'],
    clientDefaults: { token_endpoint_auth_method: 'client_secret_post' },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: askToLeave },
    },
    interactions: { url: () => '/login' },
    findAccount: async (_ctx: unknown, sub: string) =>
      people[sub] && { accountId: sub, claims: async () => ({ sub, ...people[sub] }) },
    // Nobody asks for consent between companies.
    async loadExistingGrant({ oidc }: { oidc: { session: { accountId: string } } }) {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
  const others = provider.callback();
  answer = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, origin);
    if (pathname !== '/login') return others(request, response);
    const accountId = searchParams.get('who');
    if (accountId === null)
      return response
        .setHeader('content-type', 'text/html')
        .end('<form><label>Who <input name=who></label><button>Go on</button></form>');
    const location = await provider.interactionResult(request, response, { login: { accountId } });
    return response.writeHead(303, { location }).end();
  };
  return { issuer: origin, origin, clientId, clientSecret, people };
}
