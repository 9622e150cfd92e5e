import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { allowed, flow, flowOf, person, REDIRECT, USER_SCOPES } from './flow.fixture.ts';

const invalidGrant = { error: 'invalid_grant' };

test('an application signs somebody in, asks for consent once, and gets tokens', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  const app = await flow(server);
  const consent = await app.signIn();
  assert.match(consent.text, /<h1>Allow access\?<\/h1>/);
  assert.match(consent.text, /See: assets/);
  const back = await app.browser.submit({}, 'allow');
  assert.equal(back.url.origin + back.url.pathname, REDIRECT);
  assert.equal(back.url.searchParams.get('iss'), server.identity.issuer);

  const tokens = await app.tokens(back);
  assert.equal(tokens.expires_in, 3600);
  assert.equal(tokens.token_type.toLowerCase(), 'bearer');
  assert.deepEqual(tokens.scope!.split(' ').sort(), [...USER_SCOPES].sort());
  assert.deepEqual(decodeProtectedHeader(tokens.access_token).typ, 'at+jwt');
  const claims = decodeJwt(tokens.access_token);
  assert.equal(claims.sub, ada.id);
  assert.equal(claims.client_id, app.clientId);
  assert.equal(claims.prt_id, server.first.organization.id);
  assert.equal(claims.sub_type, 'user');
  assert.equal(claims.preferred_username, 'ada');
  assert.equal(claims.name, 'Ada Lovelace');
  assert.equal(claims.email, 'ada@example.com');
  assert.deepEqual(String(claims.scope).split(' ').sort(), [...USER_SCOPES].sort());
  const id = tokens.claims()!;
  assert.deepEqual(decodeProtectedHeader(tokens.id_token!).alg, 'RS256');
  assert.equal(id.sub, ada.id);
  assert.equal(id.aud, app.clientId);
  assert.equal(id.email, 'ada@example.com');
  const principal = await server.identity.verifyToken(tokens.access_token);
  assert.equal(principal.kind, 'user');
  assert.equal(principal.subject, ada.id);

  const info = await client.fetchUserInfo(app.config, tokens.access_token, ada.id);
  assert.equal(info.preferred_username, 'ada');
  assert.equal(info.given_name, 'Ada');

  // The session is kept, and so is what was allowed.
  const again = await app.begin();
  assert.equal(again.url.origin + again.url.pathname, REDIRECT);
  assert.equal(decodeJwt((await app.tokens(again)).access_token).sub, ada.id);
  app.browser.cookies.clear();
  const later = await app.signIn();
  assert.equal(later.url.origin, new URL(REDIRECT).origin, 'allowed in an earlier session');
});

test('refresh tokens rotate; one that is used twice ends all that came from the sign-in', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server, { secret: false });
  const tokens = await app.tokens(await allowed(app, await app.signIn()));
  const second = await client.refreshTokenGrant(app.config, tokens.refresh_token!);
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  const third = await client.refreshTokenGrant(app.config, second.refresh_token!, { scope: 'OR.Jobs' });
  assert.equal(third.scope, 'OR.Jobs');
  await assert.rejects(client.refreshTokenGrant(app.config, third.refresh_token!, { scope: 'OR.Queues' }), {
    error: 'invalid_scope',
  });
  await server.identity.verifyToken(third.access_token);
  await assert.rejects(client.refreshTokenGrant(app.config, second.refresh_token!), invalidGrant);
  await assert.rejects(client.refreshTokenGrant(app.config, third.refresh_token!), invalidGrant);
  server.time.ahead = 1001;
  await assert.rejects(server.identity.verifyToken(third.access_token), { status: 401 });
  await assert.rejects(server.identity.verifyToken(tokens.access_token), { status: 401 });
});

test('of two that bring the same refresh token at once, one gets tokens', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const tokens = await app.tokens(await allowed(app, await app.signIn()));
  const tries = await Promise.allSettled(
    [1, 2, 3, 4].map(() => client.refreshTokenGrant(app.config, tokens.refresh_token!)),
  );
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('revocation and introspection, of refresh and of access tokens', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  const app = await flow(server);
  const other = await flow(server);
  const tokens = await app.tokens(await allowed(app, await app.signIn()));
  const active = await client.tokenIntrospection(app.config, tokens.access_token);
  assert.deepEqual(
    [active.active, active.sub, active.client_id, active.token_type],
    [true, ada.id, app.clientId, 'Bearer'],
  );
  const refresh = await client.tokenIntrospection(app.config, tokens.refresh_token!);
  assert.deepEqual([refresh.active, refresh.sub], [true, ada.id]);
  assert.equal((await client.tokenIntrospection(app.config, 'x.y.z')).active, false);
  assert.equal((await client.tokenIntrospection(app.config, 'nothing')).active, false);

  await assert.rejects(client.tokenRevocation(other.config, tokens.access_token));
  await client.tokenRevocation(app.config, 'nothing');
  await client.tokenRevocation(app.config, tokens.access_token);
  await assert.rejects(server.identity.verifyToken(tokens.access_token), { status: 401 });
  assert.equal((await client.tokenIntrospection(app.config, tokens.access_token)).active, false);

  const next = await client.refreshTokenGrant(app.config, tokens.refresh_token!);
  await client.tokenRevocation(app.config, next.refresh_token!);
  await assert.rejects(client.refreshTokenGrant(app.config, next.refresh_token!), invalidGrant);
  server.time.ahead = 1001;
  await assert.rejects(server.identity.verifyToken(next.access_token), { status: 401 });
});

test('signing out ends the session, and tokens without offline_access', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const scope = 'openid OR.Jobs';
  const tokens = await app.tokens(await allowed(app, await app.signIn({ scope })));
  assert.equal(tokens.refresh_token, undefined);
  const url = client.buildEndSessionUrl(app.config, {
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: REDIRECT,
    state: 'bye',
  });
  const asked = await app.browser.open(url);
  assert.match(asked.text, /<h1>Sign out\?<\/h1>/);
  const gone = await app.browser.submit({});
  assert.equal(gone.url.href, `${REDIRECT}?state=bye`);
  server.time.ahead = 1001;
  await assert.rejects(server.identity.verifyToken(tokens.access_token), { status: 401 });
  const again = await app.begin({ scope });
  assert.match(again.text, /<h1>Sign in<\/h1>/);
});

test('the command line tool of clients: public, any port, scopes of services that are not there', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  for (const redirect of ['http://localhost:8104/oidc/login', 'http://127.0.0.1:49152/oidc/login']) {
    const tool = await flowOf(server, '36dea5b8-e8bb-423d-8e7b-c808df8f1c00', undefined, redirect);
    const scope =
      'offline_access ProcessMining OrchestratorApiUserAccess StudioWebBackend IdentityServerApi Du.* TM.* OR.Jobs';
    const back = await tool.signIn({ scope, acr_values: 'tenantName:Default' });
    assert.equal(back.url.origin, new URL(redirect).origin, 'no consent');
    const tokens = await tool.tokens(back);
    assert.deepEqual(tokens.scope!.split(' ').sort(), [
      'IdentityServerApi',
      'OR.Jobs',
      'OrchestratorApiUserAccess',
      'offline_access',
    ]);
    assert.equal(tokens.id_token, undefined);
    const next = await client.refreshTokenGrant(tool.config, tokens.refresh_token!, { scope });
    assert.equal(next.scope, tokens.scope);
    const none = { scope: 'ProcessMining Du.*' };
    const last = await client.refreshTokenGrant(tool.config, next.refresh_token!, none);
    assert.equal((await server.identity.verifyToken(last.access_token)).kind, 'user');
  }
  const elsewhere = await flowOf(
    server,
    '36dea5b8-e8bb-423d-8e7b-c808df8f1c00',
    undefined,
    'https://evil.example/',
  );
  const refused = await elsewhere.begin();
  assert.equal(refused.status, 400);
  assert.match(refused.text, /not registered/);
});

test('scopes: none asked, OR.Default, not registered', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server, { userScopes: ['OR.Jobs', 'OR.Assets.Read'] });
  const granted = async (scope: string): Promise<string[]> => {
    const at = await app.begin({ scope });
    const signedIn = at.text.includes('<h1>Sign in')
      ? await app.browser.submit({ login: 'ada', password: 'correct horse battery' }, 'password')
      : at;
    return (await app.tokens(await allowed(app, signedIn))).scope!.split(' ').sort();
  };
  assert.deepEqual(await granted(''), ['OR.Assets.Read', 'OR.Jobs']);
  assert.deepEqual(await granted('OR.Default'), ['OR.Assets.Read', 'OR.Jobs']);
  assert.deepEqual(await granted('OR.Jobs.Read openid'), ['OR.Jobs.Read', 'openid']);
  const refused = await app.begin({ scope: 'openid OR.Queues' });
  assert.equal(refused.url.searchParams.get('error'), 'invalid_scope');
  assert.equal(refused.url.origin, new URL(REDIRECT).origin);
});

test('an application is for the people of its organization', async (t) => {
  const server = await startIdentity(t);
  const other = (await server.db.first<{ id: string }>(
    sql`insert into organizations (name, display_name) values ('Other', 'Other') returning id`,
  ))!;
  await person(server, { organizationId: other.id });
  const app = await flow(server);
  await app.begin();
  const refused = await app.browser.submit({ login: 'ada', password: 'correct horse battery' }, 'password');
  assert.equal(refused.status, 400);
  const own = await flowOf(
    server,
    '36dea5b8-e8bb-423d-8e7b-c808df8f1c00',
    undefined,
    'http://localhost:1/oidc/login',
  );
  const asked = await own.begin({ scope: 'openid' });
  assert.match(asked.text, /name="organization"/, 'several organizations, none named');
  const named = await own.begin({ scope: 'openid', acr_values: 'tenantName:Other' });
  assert.doesNotMatch(named.text, /name="organization"/);
  const back = await own.browser.submit({ login: 'ada', password: 'correct horse battery' }, 'password');
  assert.equal(decodeJwt((await own.tokens(back)).access_token).prt_id, other.id);
  // The same browser, with a session of the other organization, at the first one's application.
  const page = await own.browser.open(
    client.buildAuthorizationUrl(app.config, {
      redirect_uri: REDIRECT,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }),
  );
  assert.match(page.text, /<h1>Sign in<\/h1>/);
});
