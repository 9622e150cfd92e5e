import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import sql from 'sql-template-tag';
import { addSecret } from '../clients/applications.ts';
import { getJson, startIdentity } from '../identity.fixture.ts';

const CLIENT = { grant_type: 'client_credentials' };

interface Discovery {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint?: string;
  readonly grant_types_supported: string[];
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test('an application gets a token by its credentials; discovery is all that is needed to verify it', async (t) => {
  const { origin, first, application, token, identity } = await startIdentity(t);
  const { clientId, secret } = await application();
  const answer = await token({
    ...CLIENT,
    client_id: clientId,
    client_secret: secret,
    scope: 'OR.Jobs OR.Queues.Read',
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  const { access_token, ...rest } = answer.body;
  assert.deepEqual(rest, { expires_in: 3600, token_type: 'Bearer', scope: 'OR.Jobs OR.Queues.Read' });

  const discovery = await getJson<Discovery>(`${origin}/identity/.well-known/openid-configuration`);
  assert.deepEqual([...discovery.grant_types_supported].sort(), [
    'authorization_code',
    'client_credentials',
    'password',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ]);
  assert.equal(discovery.issuer, `${origin}/identity`);
  // Where RFC 8414 looks, which puts the issuer's path behind.
  const place = `${origin}/.well-known/oauth-authorization-server/identity`;
  assert.deepEqual(await getJson(place), discovery);
  assert.equal(discovery.token_endpoint, `${origin}/identity/connect/token`);
  assert.equal(discovery.authorization_endpoint, `${origin}/identity/connect/authorize`);
  const { payload, protectedHeader } = await jwtVerify(
    access_token,
    createRemoteJWKSet(new URL(discovery.jwks_uri)),
    { issuer: discovery.issuer },
  );
  assert.equal(protectedHeader.alg, 'RS256');
  const { iat, jti, secret_id: secretId, ...claims } = payload;
  assert.ok(iat && jti);
  assert.match(String(secretId), /^[0-9a-f]{16}$/);
  assert.deepEqual(claims, {
    iss: `${origin}/identity`,
    aud: 'UiPath.Orchestrator',
    sub: clientId,
    client_id: clientId,
    sub_type: 'service',
    prt_id: first.organization.id,
    scope: 'OR.Jobs OR.Queues.Read',
    nbf: iat,
    auth_time: iat,
    exp: iat + 3600,
  });

  const principal = await identity.verifyToken(access_token);
  assert.equal(principal.kind, 'app');
  assert.equal(principal.subject, clientId);
  assert.equal(principal.organizationId, first.organization.id);
  assert.equal(principal.tenantId, undefined);
  assert.deepEqual([...principal.scopes], ['OR.Jobs', 'OR.Queues.Read']);
});

test('every way in which clients send the same request is understood', async (t) => {
  const { application, token, first } = await startIdentity(t);
  const { clientId, secret } = await application();
  const body = { ...CLIENT, client_id: clientId, client_secret: secret, scope: 'OR.Jobs' };
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const basic = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
  const requests = {
    form: {},
    'extra empty fields': {
      body: new URLSearchParams({ ...body, code: '', code_verifier: '', refresh_token: '' }),
    },
    'unknown fields': { body: new URLSearchParams({ ...body, audience: 'x', resource: 'urn:x' }) },
    'sloppy scope': { body: new URLSearchParams({ ...body, scope: '  OR.Jobs  OR.Jobs ' }) },
    'client id in capitals': { body: new URLSearchParams({ ...body, client_id: clientId.toUpperCase() }) },
    JSON: { body: JSON.stringify(body), headers: json },
    'JSON at /oauth/token': {
      body: JSON.stringify({ ...body, audience: null }),
      headers: json,
      path: '/oauth/token',
    },
    basic: {
      body: new URLSearchParams({ ...CLIENT, scope: 'OR.Jobs' }),
      headers: { authorization: basic },
    },
    'in the form, beside a token': { headers: { authorization: 'Bearer of-before' } },
    'in JSON, beside none': { body: JSON.stringify(body), headers: { ...json, authorization: 'bearer' } },
    packed: {
      body: gzipSync(new URLSearchParams(body).toString()),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    },
    chunked: {
      body: Readable.toWeb(Readable.from([Buffer.from(new URLSearchParams(body).toString())])),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      duplex: 'half',
    },
    'organization in the URL': { path: `/${first.organization.name.toLowerCase()}/identity_/connect/token` },
    'organization by GUID': { path: `/${first.organization.id}/identity_/connect/token` },
    'from a browser': { headers: { origin: 'https://page.example' } },
    'accepting HTML': { headers: { accept: 'text/html' } },
  };
  for (const [name, init] of Object.entries(requests)) {
    await t.test(name, async () => {
      const answer = await token(body, init as RequestInit);
      assert.deepEqual([answer.status, answer.body.scope], [200, 'OR.Jobs'], JSON.stringify(answer.body));
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
    });
  }
});

test('scopes of an application', async (t) => {
  const { application, token } = await startIdentity(t);
  const app = await application({ appScopes: ['OR.Jobs', 'OR.Queues.Read'], userScopes: ['OR.Assets'] });
  const bare = await application({ appScopes: [], userScopes: [] });
  const admin = await application({ appScopes: ['OR.Administration'], userScopes: [] });
  const buckets = await application({ appScopes: ['OR.Buckets'], userScopes: [] });
  const withRoles = await application({ appScopes: ['OR.Folders', 'OR.Default'], userScopes: [] });
  const all = 'OR.Jobs OR.Queues.Read';
  const cases: [name: string, client: typeof app, scope: string | undefined, granted: string | RegExp][] = [
    ['none asked: all that are registered', app, undefined, all],
    ['an empty one: the same', app, '', all],
    ['one of them', app, 'OR.Queues.Read', 'OR.Queues.Read'],
    ['less than what is registered', app, 'OR.Jobs.Read', 'OR.Jobs.Read'],
    ['more than what is registered', app, 'OR.Queues', /not registered.*OR\.Queues/],
    ['OR.Default is for every application', app, 'OR.Default', 'OR.Default'],
    ['nothing registered: roles decide', bare, undefined, 'OR.Default'],
    ['OR.Buckets is part of OR.Administration', admin, 'OR.Buckets', 'OR.Buckets'],
    ['and so is half of it', admin, 'OR.Buckets.Write', 'OR.Buckets.Write'],
    ['but not the other way round', buckets, 'OR.Administration.Read', /not registered.*OR\.Administration/],
    ['none asked: roles as well, where they are registered', withRoles, undefined, 'OR.Folders OR.Default'],
    ['not registered', app, 'OR.Jobs OR.Robots', /not registered.*OR\.Robots/],
    ['looks narrower, but is not there', app, 'OR.Default.Read', /not registered.*OR\.Default\.Read/],
    ['unknown', app, 'Nonsense', /not registered.*Nonsense/],
    ['a user scope', app, 'OR.Assets', /not allowed to access User scopes: OR\.Assets/],
    ['narrower than a user scope', app, 'OR.Assets.Read', /not allowed to access User scopes/],
    ['full access', app, 'OrchestratorApiUserAccess', /not allowed to access User scopes/],
    ['offline_access', app, 'OR.Jobs offline_access', /not allowed to access User scopes: offline_access/],
  ];
  for (const [name, { clientId, secret }, scope, granted] of cases) {
    await t.test(name, async () => {
      const form = { ...CLIENT, client_id: clientId, client_secret: secret };
      const { status, body } = await token(scope === undefined ? form : { ...form, scope });
      assert.equal(body.refresh_token, undefined);
      if (typeof granted === 'string') {
        assert.deepEqual([status, body.scope], [200, granted], JSON.stringify(body));
        assert.equal(decodeJwt(body.access_token).scope, granted);
      } else {
        assert.deepEqual([status, body.error], [400, 'invalid_scope']);
        assert.match(String(body.error_description), granted);
      }
    });
  }
});

test('refusals', async (t) => {
  const { application, token, db } = await startIdentity(t);
  const { clientId, secret } = await application();
  const publicApp = await application({ isConfidential: false, appScopes: [] });
  const good = { ...CLIENT, client_id: clientId, client_secret: secret };
  const other = (await db.first<{ name: string }>(
    sql`insert into organizations (name, display_name) values ('Other', 'Other') returning name`,
  ))!;
  const unknown = '00000000-0000-4000-8000-000000000000';
  const cases: [
    name: string,
    status: number,
    error: string,
    form: Record<string, string>,
    init?: object,
    said?: RegExp,
  ][] = [
    ['wrong secret', 400, 'invalid_client', { ...good, client_secret: `${secret}x` }],
    ['no secret', 400, 'invalid_client', { ...CLIENT, client_id: clientId }],
    [
      'what stands in for the secret',
      400,
      'invalid_client',
      { ...good, client_secret: 'only hashes are kept' },
    ],
    ['unknown client', 400, 'invalid_client', { ...good, client_id: unknown }],
    ['client id that is no GUID', 400, 'invalid_client', { ...good, client_id: "x' or 1=1" }],
    ['wrong secret in the header', 401, 'invalid_client', CLIENT, { headers: basic(`${clientId}:x`) }],
    [
      'wrong secret beside a token',
      400,
      'invalid_client',
      { ...good, client_secret: 'x' },
      { headers: { authorization: 'Bearer x' } },
    ],
    ['a token alone', 400, 'invalid_request', CLIENT, { headers: { authorization: 'Bearer x' } }],
    [
      'another type',
      400,
      'invalid_request',
      good,
      { body: 'x', headers: { 'content-type': 'text/plain' } },
      /'text\/plain' is not supported: send application\/x-www-form-urlencoded/,
    ],
    ['both ways at once', 400, 'invalid_request', good, { headers: basic(`${clientId}:${secret}`) }],
    ['no client at all', 400, 'invalid_request', CLIENT],
    ['public application', 400, 'invalid_client', { ...good, client_id: publicApp.clientId }],
    [
      'public application without secret',
      400,
      'unauthorized_client',
      { ...CLIENT, client_id: publicApp.clientId },
    ],
    ['no grant type', 400, 'invalid_request', { client_id: clientId, client_secret: secret }],
    ['grant that is not offered', 400, 'unsupported_grant_type', { ...good, grant_type: 'implicit' }],
    [
      'refresh token that was never issued',
      400,
      'invalid_grant',
      { ...good, grant_type: 'refresh_token', refresh_token: 'x' },
    ],
    [
      'code without a redirect URI that is registered',
      400,
      'unauthorized_client',
      { ...good, grant_type: 'authorization_code', code: 'x' },
    ],
    ['other organization', 400, 'invalid_client', good, { path: `/${other.name}/identity_/connect/token` }],
    [
      'broken JSON',
      400,
      'invalid_request',
      {},
      { body: '{', headers: { 'content-type': 'application/json' } },
    ],
    [
      'JSON that is no object',
      400,
      'invalid_request',
      {},
      { body: '[1]', headers: { 'content-type': 'application/json' } },
    ],
    [
      'another content type',
      400,
      'invalid_request',
      {},
      { body: 'x', headers: { 'content-type': 'text/xml' } },
    ],
    ['NUL', 400, 'invalid_request', { ...good, x: 'a\0b' }],
    [
      'NUL in JSON',
      400,
      'invalid_request',
      {},
      { body: JSON.stringify({ ...good, x: 'a\0' }), headers: { 'content-type': 'application/json' } },
    ],
    [
      'Latin-1 that does not say so',
      400,
      'invalid_request',
      {},
      {
        body: 'grant_type=password&username=J%FCrgen',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    ['a huge body', 413, 'invalid_request', { ...good, x: 'x'.repeat(60_000) }],
  ];
  for (const [name, status, error, form, init, said = /./] of cases) {
    await t.test(name, async () => {
      const answer = await token(form, init);
      assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify(answer.body));
      assert.match(String(answer.body.error_description), said);
      assert.equal(answer.headers.has('www-authenticate'), status === 401);
    });
  }
});

test('several secrets: each is good until it expires or is deleted', async (t) => {
  const { application, token, db, time } = await startIdentity(t);
  const { clientId, secret } = await application();
  const later = await addSecret(db, clientId, { expiresAt: new Date(Date.now() + 60_000) });
  const status = async (client_secret: string): Promise<number> =>
    (await token({ ...CLIENT, client_id: clientId, client_secret })).status;
  assert.deepEqual([await status(secret), await status(later.secret)], [200, 200]);
  time.ahead = 61_000;
  assert.deepEqual([await status(secret), await status(later.secret)], [200, 400]);
  time.ahead = 0;
  await db.execute(sql`delete from external_app_secrets where id = ${later.id}`);
  assert.deepEqual([await status(secret), await status(later.secret)], [200, 400]);
});

test('a machine signs in with its license key and any of its secrets', async (t) => {
  const { token, machine, identity, first } = await startIdentity(t);
  for (const client_secret of ['first machine secret', 'second machine secret']) {
    const { status, body } = await token({
      ...CLIENT,
      client_id: machine.licenseKey,
      client_secret,
      scope: 'OrchestratorApiUserAccess',
    });
    assert.deepEqual([status, body.scope], [200, 'OR.Default']);
    const claims = decodeJwt(body.access_token);
    assert.equal(claims.sub_type, 'machine');
    assert.equal(claims.tenant_id, first.tenant.id);
    const principal = await identity.verifyToken(body.access_token);
    assert.equal(principal.kind, 'machine');
    assert.equal(principal.machineId, 7);
    assert.equal(principal.subject, machine.machineKey);
    assert.equal(principal.clientId, machine.licenseKey);
    assert.equal(principal.tenantId, first.tenant.id);
  }
  const wrong = await token({ ...CLIENT, client_id: machine.licenseKey, client_secret: 'x' });
  assert.deepEqual([wrong.status, wrong.body.error], [400, 'invalid_client']);
});

test('grant_type=password, for applications with user scopes', async (t) => {
  const { token, application, first, identity } = await startIdentity(t);
  const { clientId, secret } = await application();
  const appsOnly = await application({ userScopes: [] });
  const form = {
    grant_type: 'password',
    client_id: clientId,
    client_secret: secret,
    username: 'admin',
    password: first.adminPassword!,
  };
  const { status, body } = await token({ ...form, acr_values: 'tenantName:Default' });
  assert.deepEqual([status, body.scope, body.refresh_token], [200, 'OR.Assets', undefined]);
  const claims = decodeJwt(body.access_token);
  assert.equal(claims.preferred_username, 'admin');
  assert.equal(claims.sub_type, 'user');
  assert.equal((await identity.verifyToken(body.access_token)).kind, 'user');

  const refused = async (change: Record<string, string>): Promise<unknown> =>
    (await token({ ...form, ...change })).body.error;
  assert.equal(await refused({ password: 'x' }), 'invalid_grant');
  assert.equal(await refused({ username: 'nobody' }), 'invalid_grant');
  assert.equal(await refused({ password: '' }), 'invalid_request');
  assert.equal(await refused({ scope: 'OR.Jobs' }), 'invalid_scope');
  assert.equal(
    await refused({ client_id: appsOnly.clientId, client_secret: appsOnly.secret }),
    'unauthorized_client',
  );
});

test('discovery, keys, HEAD and OPTIONS; nothing else is there', async (t) => {
  const { origin } = await startIdentity(t);
  for (const path of ['/jwks', '/.well-known/openid-configuration/jwks']) {
    const { keys } = await getJson<{ keys: object[] }>(`${origin}/identity${path}`);
    assert.equal(keys.length, 1);
    assert.deepEqual(Object.keys(keys[0]!).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  }
  const discovery = `${origin}/identity/.well-known/openid-configuration`;
  const head = await fetch(discovery, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  const preflight = await fetch(`${origin}/identity/connect/token`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization,content-type');
  const elsewhere = await getJson<Discovery>(`${origin}/Default/identity_/.well-known/openid-configuration`);
  assert.equal(elsewhere.issuer, `${origin}/identity`);
  for (const path of ['/auth', '/me', '/token', '/reg', '/request', '/session/end', '/token/introspection']) {
    assert.equal((await fetch(`${origin}/identity${path}`)).status, 404, path);
  }
});

test('each answer ends where it says, and the next on its connection begins there', async (t) => {
  const { origin, application, token } = await startIdentity(t);
  const { clientId, secret } = await application();
  const credentials = { client_id: clientId, client_secret: secret };
  const grant = (await token({ ...CLIENT, ...credentials })).body as { access_token: string };
  const forms: readonly (readonly [string, Record<string, string>])[] = [
    ['/identity/connect/token', { ...CLIENT, ...credentials }],
    ['/identity/connect/token', {}],
    ['/identity/connect/introspect', { ...credentials, token: grant.access_token }],
    ['/identity/connect/revocation', { ...credentials, token: 'of nobody' }],
    ['/identity/connect/revocation', { ...credentials, token: grant.access_token }],
    ['/identity/connect/revocation', credentials],
    ['/identity/connect/deviceauthorization', credentials],
    ['/identity/connect/userinfo', {}],
  ];
  for (const [path, form] of forms) {
    const body = new URLSearchParams(form).toString();
    const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('latin1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}` +
        'GET /identity/jwks HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n',
    );
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
    });
    await once(socket, 'close');
    const [head = ''] = heard.split('\r\n\r\n', 1);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    const next = heard.slice(head.length + 4 + length);
    assert.match(next, /^HTTP\/1\.1 200 OK\r\n/, `${path}: ${heard}`);
  }
});
