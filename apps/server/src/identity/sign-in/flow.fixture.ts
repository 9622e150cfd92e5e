import assert from 'node:assert/strict';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { NewApplication } from '../clients/applications.ts';
import type { TestIdentity } from '../identity.fixture.ts';
import { hashPassword } from '../passwords/passwords.ts';
import { type PlainBrowser, plainBrowser, type Shown } from './browser.fixture.ts';

export const PASSWORD = 'correct horse battery';
/** Nobody listens there. The browser stops, and the test reads where it was sent. */
export const REDIRECT = 'https://app.example/callback';

/** A person whose password the policy accepts. */
export async function person(
  { db, first }: TestIdentity,
  more: { readonly userName?: string; readonly mustChange?: boolean; readonly organizationId?: string } = {},
): Promise<{ readonly id: string; readonly userName: string; readonly email: string }> {
  const userName = more.userName ?? 'ada';
  const email = `${userName}@example.com`;
  const row = await db.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, email, name, surname, password_hash, must_change_password)
    values (${more.organizationId ?? first.organization.id}, ${userName}, ${email}, 'Ada', 'Lovelace',
            ${await hashPassword(PASSWORD)}, ${more.mustChange ?? false})
    returning id`);
  return { id: row!.id, userName, email };
}

/** As if somebody had chosen the password that the API gave them. Otherwise pages ask for another one. */
export async function choseThemselves(db: Queryable, userName: string): Promise<{ readonly id: string }> {
  const row = await db.first<{ id: string }>(sql`
    update identity_users set has_given_password = false where user_name = ${userName} returning id`);
  assert.ok(row, userName);
  return row;
}

export interface Flow {
  readonly config: client.Configuration;
  readonly clientId: string;
  readonly browser: PlainBrowser;
  /** Opens the authorization endpoint and keeps what `tokens` needs to finish. */
  begin(parameters?: Readonly<Record<string, string>>): Promise<Shown>;
  /** `begin`, followed by name and password. */
  signIn(parameters?: Readonly<Record<string, string>>): Promise<Shown>;
  /** Exchanges the code of the address at which the browser has arrived. */
  tokens(at: Shown): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

export const USER_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'OR.Jobs', 'OR.Assets.Read'];

/** An application of somebody else, driven by openid-client. */
export async function flow(
  server: TestIdentity,
  { secret = true, ...more }: Partial<NewApplication> & { readonly secret?: boolean } = {},
): Promise<Flow> {
  const app = await server.application({
    isConfidential: secret,
    appScopes: [],
    userScopes: USER_SCOPES,
    redirectUris: [REDIRECT],
    ...more,
  });
  return flowOf(server, app.clientId, secret ? app.secret : undefined);
}

/** With an existing client and its redirect URI. The browser goes to `origins`. */
export async function flowOf(
  server: { readonly identity: Pick<TestIdentity['identity'], 'issuer'>; readonly origin: string },
  clientId: string,
  secret: string | undefined,
  redirectUri = REDIRECT,
  origins: readonly string[] = [server.origin],
): Promise<Flow> {
  const config = await client.discovery(
    new URL(server.identity.issuer),
    clientId,
    undefined,
    secret ? client.ClientSecretPost(secret) : client.None(),
    { execute: [client.allowInsecureRequests] },
  );
  const browser = plainBrowser(...origins);
  let kept: client.AuthorizationCodeGrantChecks = {};
  const begin: Flow['begin'] = async (parameters = {}) => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const scope = parameters.scope ?? USER_SCOPES.join(' ');
    const nonce = scope.split(' ').includes('openid') ? client.randomNonce() : undefined;
    kept = { pkceCodeVerifier, expectedState: state, expectedNonce: nonce };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state,
      ...(nonce ? { nonce } : {}),
      ...parameters,
      scope,
    });
    return browser.open(url);
  };
  return {
    config,
    clientId,
    browser,
    begin,
    async signIn(parameters) {
      const page = await begin(parameters);
      assert.match(page.text, /<h1>Sign in<\/h1>/);
      return browser.submit({ login: 'ada', password: PASSWORD }, 'password');
    },
    tokens: (at) => client.authorizationCodeGrant(config, at.url, kept),
  };
}

/** Goes through the consent page if there is one. */
export const allowed = async ({ browser }: Flow, at: Shown): Promise<Shown> =>
  at.text.includes('<h1>Allow access?</h1>') ? browser.submit({}, 'allow') : at;
