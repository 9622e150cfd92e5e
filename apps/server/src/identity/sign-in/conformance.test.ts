import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeProtectedHeader, type JWTPayload } from 'jose';
import * as client from 'openid-client';
import { getJson, startIdentity } from '../identity.fixture.ts';
import type { Shown } from './browser.fixture.ts';
import { allowed, flow, PASSWORD, person, REDIRECT } from './flow.fixture.ts';

/**
 * The assertions of the OpenID Foundation's plan "Basic OP" (oidcc-basic-certification-test-plan), each under the
 * name that the suite gives it. The suite itself is not run here. Of the plan do not apply:
 * - oidcc-idtoken-unsigned: `alg: none` is not offered;
 * - oidcc-scope-address, -phone: those claims are not kept, and the scopes are refused;
 * - oidcc-claims-essential, oidcc-ensure-request-object-with-redirect-uri, oidcc-refresh-token-rp-key-rotation:
 *   neither the claims parameter, request objects nor clients with keys are offered, as discovery says;
 * - dynamic registration: applications are registered by administrators.
 */
const server = await startIdentity({ after } as never);
const ada = await person(server);
const app = await flow(server);
const SCOPE = 'openid profile email';

/** The code's way to the end, from wherever the browser is. */
async function through(at: Shown): Promise<Shown> {
  const page = at.text.includes('<h1>Sign in</h1>')
    ? await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password')
    : at;
  return allowed(app, page);
}

const signIn = async (parameters: Record<string, string> = {}) =>
  app.tokens(await through(await app.begin({ scope: SCOPE, ...parameters })));

const errorOf = (at: Shown): string | null => {
  assert.equal(at.url.origin + at.url.pathname, REDIRECT, at.text);
  return at.url.searchParams.get('error');
};

const authorize = (parameters: Record<string, string>): Promise<Shown> => {
  const url = new URL(`${server.identity.issuer}/connect/authorize`);
  url.search = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: REDIRECT,
    scope: SCOPE,
    ...parameters,
  }).toString();
  return app.browser.open(url);
};

const code = { response_type: 'code' };
const userinfo = `${server.identity.issuer}/connect/userinfo`;

test('oidcc-discovery-endpoint-verification', async () => {
  const found = await getJson<Record<string, unknown>>(
    `${server.identity.issuer}/.well-known/openid-configuration`,
  );
  assert.equal(found.issuer, server.identity.issuer);
  assert.deepEqual(found.response_types_supported, ['code']);
  assert.deepEqual(found.subject_types_supported, ['public']);
  assert.deepEqual(found.id_token_signing_alg_values_supported, ['RS256']);
  assert.deepEqual(found.code_challenge_methods_supported, ['S256']);
  for (const [name, value] of Object.entries(found)) {
    if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue;
    const { status } = await fetch(String(value), {
      method: name === 'jwks_uri' ? 'GET' : 'POST',
      redirect: 'manual',
    });
    assert.notEqual(status, 404, name);
  }
  for (const claim of ['sub', 'iss', 'aud', 'exp', 'iat'])
    assert.ok((found.claims_supported as string[]).includes(claim));
});

test('oidcc-server, oidcc-idtoken-signature, oidcc-scope-profile, -email, -all', async () => {
  const tokens = await signIn();
  const claims = tokens.claims()!;
  assert.equal(decodeProtectedHeader(tokens.id_token!).alg, 'RS256');
  assert.ok(decodeProtectedHeader(tokens.id_token!).kid);
  assert.equal(claims.iss, server.identity.issuer);
  assert.equal(claims.aud, app.clientId);
  assert.equal(claims.sub, ada.id);
  assert.ok(claims.exp > claims.iat);
  const info = await client.fetchUserInfo(app.config, tokens.access_token, ada.id);
  assert.deepEqual(
    {
      name: info.name,
      given: info.given_name,
      family: info.family_name,
      user: info.preferred_username,
      mail: info.email,
    },
    { name: 'Ada Lovelace', given: 'Ada', family: 'Lovelace', user: 'ada', mail: 'ada@example.com' },
  );
});

test('oidcc-response-type-missing', async () => {
  assert.equal(errorOf(await authorize({})), 'invalid_request');
  // Of a response type that answers in the fragment, the error does too.
  const implicit = await authorize({ response_type: 'token' });
  assert.match(implicit.url.hash, /error=unsupported_response_type/);
});

test('oidcc-userinfo-get, -post-header, -post-body', async () => {
  const { access_token } = await signIn();
  const authorization = `Bearer ${access_token}`;
  const body = new URLSearchParams({ access_token });
  for (const init of [
    { headers: { authorization } },
    { method: 'POST', headers: { authorization } },
    { method: 'POST', body },
  ]) {
    const answer = await fetch(userinfo, init);
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as JWTPayload).sub, ada.id);
  }
  const none = await fetch(userinfo);
  assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer']);
  const bad = await fetch(userinfo, { headers: { authorization: 'Bearer x.y.z' } });
  assert.equal(bad.status, 401);
  assert.match(bad.headers.get('www-authenticate')!, /invalid_token/);
  const narrow = await signIn({ scope: 'OR.Jobs' });
  const refused = await fetch(userinfo, { headers: { authorization: `Bearer ${narrow.access_token}` } });
  assert.equal(refused.status, 403);
});

test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
  const back = await through(await authorize(code));
  assert.ok(back.url.searchParams.get('code'));
});

test('oidcc-ensure-other-scope-order-succeeds', async () => {
  assert.ok((await signIn({ scope: 'email profile openid' })).id_token);
});

test('oidcc-display-page, -popup, oidcc-ui-locales, oidcc-claims-locales', async () => {
  for (const more of [
    { display: 'page' },
    { display: 'popup' },
    { ui_locales: 'se sv' },
    { claims_locales: 'se' },
  ]) {
    assert.ok((await signIn(Object.fromEntries(Object.entries(more)))).id_token);
  }
});

test('oidcc-prompt-login, oidcc-max-age-1, oidcc-max-age-10000', async () => {
  const first = (await signIn({ max_age: '10000' })).claims()!;
  assert.ok(first.auth_time);
  assert.equal(
    (await signIn({ max_age: '10000' })).claims()!.auth_time,
    first.auth_time,
    'no second sign-in',
  );
  for (const again of [{ prompt: 'login' }, { max_age: '0' }]) {
    const page = await app.begin(Object.fromEntries(Object.entries({ scope: SCOPE, ...again })));
    assert.match(page.text, /<h1>Sign in<\/h1>/);
    const claims = (await app.tokens(await through(page))).claims()!;
    assert.ok((claims.auth_time as number) >= (first.auth_time as number));
  }
});

test('oidcc-prompt-none-logged-in, -not-logged-in', async () => {
  const before = (await signIn()).claims()!;
  const silent = await app.begin({ scope: SCOPE, prompt: 'none' });
  assert.equal(errorOf(silent), null);
  assert.equal((await app.tokens(silent)).claims()!.sub, before.sub);
  app.browser.cookies.clear();
  assert.equal(errorOf(await app.begin({ scope: SCOPE, prompt: 'none' })), 'login_required');
});

test('oidcc-id-token-hint, oidcc-login-hint', async () => {
  const { id_token: hint } = await signIn();
  const same = await app.begin({ scope: SCOPE, prompt: 'none', id_token_hint: hint! });
  assert.equal(errorOf(same), null);
  app.browser.cookies.clear();
  const other = await app.begin({ scope: SCOPE, prompt: 'none', id_token_hint: hint! });
  assert.equal(errorOf(other), 'login_required');
  assert.match(
    (await app.begin({ scope: SCOPE, login_hint: 'bob@example.com' })).text,
    /value="bob@example\.com"/,
  );
});

test('oidcc-ensure-request-with-unknown-parameter-succeeds, -with-acr-values-succeeds', async () => {
  assert.ok((await signIn({ extra: 'foobar' })).id_token);
  assert.ok((await signIn({ acr_values: '1 2' })).id_token);
  assert.ok((await signIn({ acr_values: `tenant:${server.first.organization.id}` })).id_token);
});

test('oidcc-codereuse, oidcc-codereuse-30seconds: what came from a code that is used twice ends', async () => {
  const back = await through(await app.begin({ scope: SCOPE }));
  const tokens = await app.tokens(back);
  await server.identity.verifyToken(tokens.access_token);
  await assert.rejects(app.tokens(back), { error: 'invalid_grant' });
  server.time.ahead += 1001;
  await assert.rejects(server.identity.verifyToken(tokens.access_token), { status: 401 });
});

test('oidcc-ensure-registered-redirect-uri', async () => {
  for (const redirect_uri of [
    `${REDIRECT}/more`,
    `${REDIRECT}?x=1`,
    'https://evil.example/',
    'javascript:alert(1)',
  ]) {
    const page = await authorize({ ...code, redirect_uri });
    assert.equal(page.url.origin, server.origin);
    assert.equal(page.status, 400);
    assert.match(page.text, /not registered/);
  }
  const unknown = await authorize({ ...code, client_id: crypto.randomUUID() });
  assert.equal(unknown.status, 400);
  assert.match(unknown.text, /application that sent you here is not known/);
});

test('oidcc-ensure-post-request-succeeds', async () => {
  const body = new URLSearchParams({
    ...code,
    client_id: app.clientId,
    redirect_uri: REDIRECT,
    scope: SCOPE,
    state: 's',
  });
  const at = await app.browser.open(`${server.identity.issuer}/connect/authorize`, { method: 'POST', body });
  const back = await through(at);
  assert.ok(back.url.searchParams.get('code'));
  assert.equal(back.url.searchParams.get('state'), 's');
});

test('oidcc-server-client-secret-post, and basic', async () => {
  const { clientId, secret } = await server.application({
    appScopes: [],
    userScopes: ['OR.Jobs'],
    redirectUris: [REDIRECT],
  });
  for (const how of [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)]) {
    const config = await client.discovery(new URL(server.identity.issuer), clientId, undefined, how, {
      execute: [client.allowInsecureRequests],
    });
    const at = await app.browser.open(
      client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT, scope: 'openid' }),
    );
    const tokens = await client.authorizationCodeGrant(config, (await through(at)).url, {
      idTokenExpected: true,
    });
    assert.equal(tokens.claims()!.sub, ada.id);
  }
});

test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
  assert.equal(errorOf(await authorize({ ...code, request: 'e30.e30.' })), 'request_not_supported');
  assert.equal(
    errorOf(await authorize({ ...code, request_uri: 'https://app.example/r' })),
    'request_uri_not_supported',
  );
});

test('oidcc-refresh-token', async () => {
  const tokens = await signIn({ scope: `${SCOPE} offline_access` });
  const next = await client.refreshTokenGrant(app.config, tokens.refresh_token!);
  assert.equal(next.claims()!.sub, ada.id);
  assert.equal(next.claims()!.iss, server.identity.issuer);
  const other = await flow(server);
  await assert.rejects(client.refreshTokenGrant(other.config, next.refresh_token!), {
    error: 'invalid_grant',
  });
});

test('oidcc-ensure-request-with-valid-pkce-succeeds; without it a public client is refused', async () => {
  const open = await flow(server, { secret: false });
  const refused = await open.browser.open(
    client.buildAuthorizationUrl(open.config, { redirect_uri: REDIRECT, scope: 'openid' }),
  );
  assert.equal(errorOf(refused), 'invalid_request');
  const plain = await open.browser.open(
    client.buildAuthorizationUrl(open.config, {
      redirect_uri: REDIRECT,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'plain',
    }),
  );
  assert.equal(errorOf(plain), 'invalid_request');
  const back = await allowed(open, await open.signIn({ scope: 'openid' }));
  await assert.rejects(
    client.authorizationCodeGrant(open.config, back.url, {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: back.url.searchParams.get('state')!,
      expectedNonce: 'x',
    }),
    { error: 'invalid_grant' },
  );
});
