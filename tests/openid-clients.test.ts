import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { freePort } from '../apps/server/src/identity/identity.fixture.ts';
import { plainBrowser, type Shown } from '../apps/server/src/identity/sign-in/browser.fixture.ts';
import { choseThemselves, PASSWORD, REDIRECT } from '../apps/server/src/identity/sign-in/flow.fixture.ts';
import { callerWith, testServer } from '../apps/server/src/server.fixture.ts';

// Two clients that others wrote, unchanged, each through all that Baton offers to applications. The server's
// address stands in its tokens, so its port is chosen first.
const server = await testServer({ after }, { BATON_PORT: String(await freePort()) });
const { admin, organizationId } = server;
const { issuer } = server.parts.identity;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly scope?: string;
}
interface Claims {
  readonly sub: string;
  readonly [name: string]: unknown;
}
interface Device {
  readonly uri: string;
  /** After the person has answered. */
  tokens(): Promise<Tokens>;
}
/** What a client does for an application; each checks the answers as its own rules say. */
interface Client {
  begin(scope: string): Promise<{ readonly url: URL; finish(at: URL): Promise<Tokens> }>;
  claims(tokens: Tokens): Claims;
  userinfo(accessToken: string, sub: string): Promise<Claims>;
  refresh(token: string): Promise<Tokens>;
  credentials(scope?: string): Promise<Tokens>;
  device(scope: string): Promise<Device>;
  introspect(token: string): Promise<{ readonly active: boolean; readonly sub?: unknown }>;
  revoke(token: string): Promise<unknown>;
  endSession(idToken: string, state: string): URL;
}
interface Application {
  readonly id: string;
  readonly secret: string | null;
}

async function withOpenidClient({ id, secret }: Application): Promise<Client> {
  const auth = secret ? openid.ClientSecretPost(secret) : openid.None();
  const config = await openid.discovery(new URL(issuer), id, undefined, auth, {
    execute: [openid.allowInsecureRequests],
  });
  const known = new WeakMap<Tokens, Claims>();
  const keep = (tokens: Tokens & openid.TokenEndpointResponseHelpers): Tokens => {
    const claims = tokens.claims();
    if (claims) known.set(tokens, claims);
    return tokens;
  };
  return {
    async begin(scope) {
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const expectedState = openid.randomState();
      const expectedNonce = openid.randomNonce();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT,
        scope,
        state: expectedState,
        nonce: expectedNonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const checks = { pkceCodeVerifier, expectedState, expectedNonce };
      return { url, finish: async (at) => keep(await openid.authorizationCodeGrant(config, at, checks)) };
    },
    claims: (tokens) => known.get(tokens)!,
    userinfo: (token, sub) => openid.fetchUserInfo(config, token, sub),
    refresh: (token) => openid.refreshTokenGrant(config, token),
    credentials: (scope) => openid.clientCredentialsGrant(config, scope === undefined ? {} : { scope }),
    async device(scope) {
      const begun = await openid.initiateDeviceAuthorization(config, { scope });
      const quick = { ...begun, interval: 0.1 };
      return {
        uri: begun.verification_uri_complete!,
        tokens: () => openid.pollDeviceAuthorizationGrant(config, quick),
      };
    },
    introspect: (token) => openid.tokenIntrospection(config, token),
    revoke: (token) => openid.tokenRevocation(config, token),
    endSession: (idToken, state) =>
      openid.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: REDIRECT,
        state,
      }),
  };
}

async function withOauth4webapi({ id, secret }: Application): Promise<Client> {
  const http = { [oauth.allowInsecureRequests]: true };
  const place = new URL(issuer);
  const found = await oauth.discoveryRequest(place, { ...http, algorithm: 'oauth2' });
  const as = await oauth.processDiscoveryResponse(place, found);
  const client: oauth.Client = { client_id: id };
  const auth = secret ? oauth.ClientSecretPost(secret) : oauth.None();
  return {
    async begin(scope) {
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const url = new URL(as.authorization_endpoint!);
      url.search = new URLSearchParams({
        client_id: id,
        redirect_uri: REDIRECT,
        response_type: 'code',
        scope,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString();
      return {
        url,
        async finish(at) {
          const params = oauth.validateAuthResponse(as, client, at, state);
          const answer = await oauth.authorizationCodeGrantRequest(
            as,
            client,
            auth,
            params,
            REDIRECT,
            verifier,
            http,
          );
          const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
            expectedNonce: nonce,
            requireIdToken: true,
          });
          await oauth.validateApplicationLevelSignature(as, answer, http);
          return tokens;
        },
      };
    },
    claims: (tokens) => oauth.getValidatedIdTokenClaims(tokens as oauth.TokenEndpointResponse)!,
    async userinfo(token, sub) {
      const answer = await oauth.userInfoRequest(as, client, token, http);
      return oauth.processUserInfoResponse(as, client, sub, answer);
    },
    async refresh(token) {
      const answer = await oauth.refreshTokenGrantRequest(as, client, auth, token, http);
      return oauth.processRefreshTokenResponse(as, client, answer);
    },
    async credentials(scope) {
      const parameters = new URLSearchParams(scope === undefined ? [] : [['scope', scope]]);
      const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, parameters, http);
      return oauth.processClientCredentialsResponse(as, client, answer);
    },
    async device(scope) {
      const answer = await oauth.deviceAuthorizationRequest(as, client, auth, { scope }, http);
      const begun = await oauth.processDeviceAuthorizationResponse(as, client, answer);
      return {
        uri: begun.verification_uri_complete!,
        async tokens() {
          const code = await oauth.deviceCodeGrantRequest(as, client, auth, begun.device_code, http);
          return oauth.processDeviceCodeResponse(as, client, code);
        },
      };
    },
    async introspect(token) {
      const answer = await oauth.introspectionRequest(as, client, auth, token, http);
      return oauth.processIntrospectionResponse(as, client, answer);
    },
    revoke: async (token) =>
      oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, http)),
    endSession(idToken, state) {
      const url = new URL(as.end_session_endpoint!);
      const hint = { id_token_hint: idToken, post_logout_redirect_uri: REDIRECT, state };
      url.search = new URLSearchParams({ ...hint, client_id: id }).toString();
      return url;
    },
  };
}

const SCOPE = 'openid profile email offline_access OR.Users.Read';
const [USER, APP] = [0, 1];

async function application(name: string, isConfidential: boolean): Promise<Application> {
  const { status, body, text } = await admin.post('/identity/api/ExternalClient', {
    partitionGlobalId: organizationId,
    name,
    isConfidential,
    redirectUri: REDIRECT,
    scopes: [
      { name: 'OR.Users.Read', type: USER },
      ...(isConfidential ? ['OR.Folders', 'OR.Default'].map((each) => ({ name: each, type: APP })) : []),
    ],
  });
  assert.equal(status, 201, text);
  return body;
}

/** In a browser of their own, through the pages, to the address where the application is called back. */
async function somebody(userName: string) {
  const created = await admin.post('/identity/api/User', {
    partitionGlobalId: organizationId,
    userName,
    email: `${userName}@example.com`,
    name: 'Ada',
    surname: 'Lovelace',
    password: PASSWORD,
  });
  assert.ok(created.status < 300, created.text);
  await choseThemselves(server.db, userName);
  const browser = plainBrowser(server.url);
  const through = async (page: Shown): Promise<Shown> => {
    const inside = page.text.includes('<h1>Sign in</h1>')
      ? await browser.submit({ login: userName, password: PASSWORD }, 'password')
      : page;
    return inside.text.includes('<h1>Allow access?</h1>') ? browser.submit({}, 'allow') : inside;
  };
  return { browser, through };
}

/** The API's answer to somebody with this token, who has no role yet: in, or not. */
const answerTo = async (token: string): Promise<number> =>
  (await callerWith(server.url, token).get('/odata/Users?$top=1')).status;
const KNOWN = 403;
const OUT = 401;

const clients = { 'openid-client': withOpenidClient, oauth4webapi: withOauth4webapi };

for (const [name, make] of Object.entries(clients)) {
  for (const isConfidential of [true, false]) {
    const kind = isConfidential ? 'confidential' : 'public';
    describe(`${name}, a ${kind} application`, async () => {
      const app = await application(`${name} ${kind}`, isConfidential);
      const client = await make(app);
      const userName = `${name}-${kind}`;
      const { browser, through } = await somebody(userName);

      const signIn = async (): Promise<Tokens> => {
        const { url, finish } = await client.begin(SCOPE);
        const back = await through(await browser.open(url));
        assert.equal(back.url.origin + back.url.pathname, REDIRECT, back.text);
        return finish(back.url);
      };

      it('code with PKCE, identity token, userinfo', async () => {
        const tokens = await signIn();
        assert.deepEqual(tokens.scope!.split(' ').sort(), SCOPE.split(' ').sort());
        const { sub, ...claims } = client.claims(tokens);
        assert.deepEqual([claims.iss, claims.aud], [issuer, app.id]);
        const info = await client.userinfo(tokens.access_token, sub);
        assert.deepEqual([info.preferred_username, info.email], [userName, `${userName}@example.com`]);
        assert.equal(await answerTo(tokens.access_token), KNOWN);
        await assert.rejects(client.userinfo(tokens.access_token, 'somebody else'));
      });

      it('refresh, once each', async () => {
        const tokens = await signIn();
        const next = await client.refresh(tokens.refresh_token!);
        assert.notEqual(next.refresh_token, tokens.refresh_token);
        assert.equal(await answerTo(next.access_token), KNOWN);
        await assert.rejects(client.refresh(tokens.refresh_token!), { error: 'invalid_grant' });
      });

      it('introspection and revocation', async () => {
        const tokens = await signIn();
        const { sub } = client.claims(tokens);
        assert.deepEqual(
          [(await client.introspect(tokens.access_token)).sub, (await client.introspect('x')).active],
          [sub, false],
        );
        await client.revoke(tokens.access_token);
        assert.equal(await answerTo(tokens.access_token), OUT);
        await client.revoke(tokens.refresh_token!);
        await assert.rejects(client.refresh(tokens.refresh_token!), { error: 'invalid_grant' });
      });

      it('a device without a browser', async () => {
        const device = await client.device(SCOPE);
        await browser.open(device.uri);
        await browser.submit({});
        const done = await through(await browser.submit({}));
        assert.match(done.text, /<h1>The device is connected<\/h1>/);
        assert.equal(await answerTo((await device.tokens()).access_token), KNOWN);
      });

      it('the end of the session', async () => {
        const tokens = await signIn();
        const asked = await browser.open(client.endSession(tokens.id_token!, 'bye'));
        assert.match(asked.text, /<h1>Sign out\?<\/h1>/);
        const gone = await browser.submit({});
        assert.equal(gone.url.href, `${REDIRECT}?state=bye`);
        const { url } = await client.begin(SCOPE);
        assert.match((await browser.open(url)).text, /<h1>Sign in<\/h1>/);
      });

      it(isConfidential ? 'its own credentials' : 'has no credentials of its own', async () => {
        if (!isConfidential) {
          await assert.rejects(client.credentials(), { error: 'unauthorized_client' });
          return;
        }
        const all = await client.credentials();
        assert.equal(all.scope, 'OR.Folders OR.Default');
        const folders = await callerWith(server.url, all.access_token).get('/odata/Folders');
        assert.equal(folders.status, 200, folders.text);
        assert.equal((await client.credentials('OR.Folders.Read')).scope, 'OR.Folders.Read');
        await assert.rejects(client.credentials('OR.Jobs'), { error: 'invalid_scope' });
        const stranger = await make({ ...app, secret: 'wrong' });
        await assert.rejects(stranger.credentials(), { error: 'invalid_client' });
      });
    });
  }
}

it('access tokens are what RFC 9068 says, for whoever checks them', async () => {
  const { id, secret } = await application('Checked', true);
  const { access_token: token } = await (await withOauth4webapi({ id, secret })).credentials();
  const http = { [oauth.allowInsecureRequests]: true };
  const place = new URL(issuer);
  const as = await oauth.processDiscoveryResponse(place, await oauth.discoveryRequest(place, http));
  const request = new Request('https://api.example/', { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, 'UiPath.Orchestrator', http);
  assert.deepEqual([claims.client_id, claims.scope], [id, 'OR.Folders OR.Default']);
  await assert.rejects(oauth.validateJwtAccessToken(as, request, 'somewhere else', http));
});
