import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { type Answer, callerWith, testServer } from '../../server.fixture.ts';

const server = await testServer({ after });
const shared = server.admin.in(server.folder.id);
await shared.post('/odata/QueueDefinitions', { Name: 'Edge' });

describe('one operation, written as clients write it', () => {
  const paths = [
    '/odata/QueueDefinitions',
    '/odata/queuedefinitions/',
    '/odata/QueueDefinitions()',
    '//odata//QueueDefinitions',
    '/orchestrator_/odata/QueueDefinitions',
    '/orchestrator/odata/QueueDefinitions',
    '/Default/Default/orchestrator_/odata/QueueDefinitions',
    '/default/DEFAULT/odata/QueueDefinitions',
    `/${server.organizationId}/${server.tenant.key}/orchestrator_/odata/QueueDefinitions`,
    '/odata/QueueDefinitions?%24filter=name+eq+%27Edge%27',
    '/odata/QueueDefinitions?$filter=Name%20eq%20%27Edge%27&$asTaskAdmin=true&$count=true',
  ];
  for (const path of paths) {
    it(path, async () => {
      const { status, body, headers, text } = await shared.get(path);
      assert.equal(status, 200, text);
      assert.equal(body['@odata.count'], 1);
      assert.equal(body.value[0].Name, 'Edge');
      assert.equal(headers.get('api-supported-versions'), '20.0');
    });
  }

  it('answers URLs under the prefix that was asked', async () => {
    const { body } = await shared.get('/Default/Default/orchestrator_/odata/QueueDefinitions');
    assert.equal(
      body['@odata.context'],
      `${server.url}/Default/Default/orchestrator_/odata/$metadata#QueueDefinitions`,
    );
  });

  it('spares the count when told to', async () => {
    const { body } = await shared.get('/odata/QueueDefinitions?$count=false');
    assert.ok(!('@odata.count' in body));
  });

  it('answers $select with just those', async () => {
    const { body } = await shared.get('/odata/QueueDefinitions?$select=id,name');
    assert.deepEqual(Object.keys(body.value[0]).sort(), ['Id', 'Name']);
  });

  it('takes an empty body with a content type, and bodies with GET', async () => {
    const init = { headers: { 'content-type': 'application/json' } };
    assert.equal((await shared.send('GET', '/odata/QueueDefinitions', init)).status, 200);
    assert.equal((await shared.send('POST', '/odata/QueueDefinitions', { ...init, body: '' })).status, 400);
    assert.equal(
      (await shared.send('DELETE', '/odata/QueueDefinitions(424242)', { ...init, body: '{}' })).status,
      404,
    );
  });
});

describe('an answer without a body', () => {
  const deleted = async (): Promise<Answer> => {
    const { body } = await shared.post('/odata/QueueDefinitions', { Name: 'Soon gone' });
    return shared.delete(`/odata/QueueDefinitions(${body.Id})`);
  };
  const empty: readonly [what: string, ask: () => Promise<Answer>, status: number, length: string | null][] =
    [
      ['says no type', () => server.anonymous.get('/api/Status/Get'), 200, '0'],
      ['nor where it writes', () => server.admin.patch(`/odata/Users(${server.admin.userId})`, {}), 200, '0'],
      ['nor as 204', deleted, 204, null],
    ];
  for (const [what, ask, status, length] of empty) {
    it(what, async () => {
      const { headers, text, ...answer } = await ask();
      assert.deepEqual([answer.status, text], [status, '']);
      assert.deepEqual([headers.get('content-type'), headers.get('content-length')], [null, length]);
    });
  }
});

describe('the folder', () => {
  const { id, key, path } = server.folder;
  const encoded = Buffer.from(path, 'utf16le').toString('base64');
  const found: readonly Record<string, string>[] = [
    { 'X-UIPATH-OrganizationUnitId': String(id) },
    { 'x-uipath-folderkey': key.toUpperCase() },
    { 'X-UIPATH-FolderPath': path.toLowerCase() },
    { 'X-UIPATH-FolderPath-Encoded': encoded },
    {
      'X-UIPATH-OrganizationUnitId': String(id),
      'X-UIPATH-FolderKey': 'ignored',
      'X-UIPATH-FolderPath': 'ignored',
    },
  ];
  for (const headers of found) {
    it(Object.keys(headers).join(' + '), async () => {
      assert.equal((await server.admin.with(headers).get('/odata/QueueDefinitions')).status, 200);
    });
  }

  const refused: readonly [headers: Record<string, string>, code: number][] = [
    [{}, 1101],
    [{ 'X-UIPATH-OrganizationUnitId': '987654' }, 1100],
    [{ 'X-UIPATH-OrganizationUnitId': crypto.randomUUID() }, 1100],
    [{ 'X-UIPATH-FolderKey': crypto.randomUUID() }, 1100],
    [{ 'X-UIPATH-FolderPath': 'Nowhere' }, 1100],
    [{ 'X-UIPATH-OrganizationUnitId': String(server.otherFolder.id) }, 1100],
  ];
  for (const [headers, code] of refused) {
    it(`${JSON.stringify(headers)} is refused`, async () => {
      const { status, body } = await server.admin.with(headers).get('/odata/QueueDefinitions');
      assert.equal(status, 400);
      assert.equal(body.errorCode, code);
      assert.equal(typeof body.traceId, 'string');
    });
  }

  it('by a path with letters beyond ASCII: in UTF-8 as it is, encoded, and in Latin-1', async () => {
    for (const name of ['Büro', '経理部 – Łódź']) {
      const made = await server.admin.post('/odata/Folders', { DisplayName: name });
      assert.equal(made.status, 201, made.text);
      // A header's value is bytes, one for each character.
      const utf8 = Buffer.from(name, 'utf8').toString('latin1');
      const given: Record<string, string>[] = [
        { 'X-UIPATH-FolderPath': utf8 },
        { 'X-UIPATH-FolderPath-Encoded': Buffer.from(name, 'utf16le').toString('base64') },
        ...(/^[\x20-\xff]+$/.test(name) ? [{ 'X-UIPATH-FolderPath': name }] : []),
      ];
      for (const headers of given) {
        const { status, body, text } = await server.admin.with(headers).get('/odata/QueueDefinitions');
        assert.deepEqual([status, body['@odata.count']], [200, 0], `${JSON.stringify(headers)}: ${text}`);
      }
    }
  });

  it('is not seen by a user without a role in it', async () => {
    const stranger = await server.user();
    const { status, body } = await stranger.in(id).get('/odata/QueueDefinitions');
    assert.equal(status, 400);
    assert.equal(body.errorCode, 1100);
  });
});

describe('who calls', () => {
  it('nobody', async () => {
    const { status, body, headers } = await server.anonymous.get('/odata/QueueDefinitions');
    assert.equal(status, 401);
    assert.equal(body.message, 'You are not authenticated!');
    assert.equal(body.__abp, true);
    assert.match(headers.get('www-authenticate') ?? '', /Bearer/);
  });

  it('with a broken token', async () => {
    const { status, headers } = await callerWith(server.url, `${shared.token}x`).get(
      '/odata/QueueDefinitions',
    );
    assert.equal(status, 401);
    assert.match(headers.get('www-authenticate') ?? '', /invalid_token/);
  });

  it('with a lower-case scheme', async () => {
    const lower = server.anonymous.with({ authorization: `bearer ${shared.token}` }).in(server.folder.id);
    assert.equal((await lower.get('/odata/QueueDefinitions')).status, 200);
  });

  for (const path of [
    '/Nowhere/Default/odata/QueueDefinitions',
    '/Default/Nowhere/orchestrator_/odata/QueueDefinitions',
  ]) {
    it(`${path} is nobody's`, async () => {
      const { status, body } = await shared.get(path);
      assert.equal(status, 403);
      assert.equal(body.unAuthorizedRequest, true);
    });
  }

  it('by a name of the tenant in a header', async () => {
    const other = server.admin.with({ 'X-UIPATH-TenantName': 'Other' });
    assert.equal(
      (await other.in(server.otherFolder.id).get('/odata/QueueDefinitions')).body['@odata.count'],
      0,
    );
    assert.equal(
      (await server.admin.with({ 'X-UIPATH-TenantName': 'None' }).get('/odata/QueueDefinitions')).status,
      403,
    );
  });

  it('an application with the scope of reading only', async () => {
    const app = (await server.app(['OR.Queues.Read'])).in(server.folder.id);
    assert.equal((await app.get('/odata/QueueDefinitions')).status, 200);
    const { status, body } = await app.post('/odata/QueueDefinitions', { Name: 'x' });
    assert.equal(status, 403);
    assert.match(body.error.details, /OR\.Queues\.Write/);
  });

  it('an application with scopes of other services only', async () => {
    const app = (await server.app(['PM.User'])).in(server.folder.id);
    assert.notEqual((await app.get('/odata/QueueDefinitions')).status, 200);
  });
});

describe('what is refused', () => {
  const cases: readonly [what: string, path: string, status: number, message: RegExp][] = [
    ['an unknown path', '/odata/Nonsense', 404, /No operation/],
    [
      'an unknown property',
      '/odata/QueueDefinitions?$filter=Nope eq 1',
      400,
      /Could not find a property named 'Nope'/,
    ],
    ['a broken filter', '/odata/QueueDefinitions?$filter=Name eq', 400, /./],
    ['too large a page', '/odata/QueueDefinitions?$top=1001', 400, /1000/],
    ['a key that is no number', '/odata/QueueDefinitions(abc)', 400, /key: 'abc' is not a number/],
    ['broken arguments', "/odata/QueueDefinitions('x", 404, /./],
  ];
  for (const [what, path, expected, message] of cases) {
    it(what, async () => {
      const { status, body } = await shared.get(path);
      assert.equal(status, expected);
      assert.match(body.message, message);
    });
  }

  it('a GUID where the key is a number is not found', async () => {
    const { status, body } = await shared.get(`/odata/QueueDefinitions(${crypto.randomUUID()})`);
    assert.equal(status, 404);
    assert.equal(body.errorCode, 1002);
  });

  it('a body that is no JSON', async () => {
    const init = { headers: { 'content-type': 'application/json' }, body: '{"Name": ' };
    const { status, body } = await shared.send('POST', '/odata/QueueDefinitions', init);
    assert.equal(status, 400);
    assert.match(body.message, /not JSON/);
  });

  it('another content type', async () => {
    const init = { headers: { 'content-type': 'application/xml' }, body: '<x/>' };
    assert.equal((await shared.send('POST', '/odata/QueueDefinitions', init)).status, 415);
  });
});

describe('for browsers', () => {
  it('answers preflights and lets any page read', async () => {
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-uipath-folderkey',
    };
    const { status, headers: answered } = await server.anonymous.send('OPTIONS', '/odata/QueueDefinitions', {
      headers,
    });
    assert.equal(status, 204);
    assert.equal(answered.get('access-control-allow-origin'), '*');
    assert.match(answered.get('access-control-allow-headers') ?? '', /x-uipath-folderkey/);
  });
});

describe('the documents', () => {
  it('OpenAPI', async () => {
    const { status, body } = await server.anonymous.get(
      '/Default/Default/orchestrator_/swagger/v20.0/swagger.json',
    );
    assert.equal(status, 200);
    assert.equal(body.openapi, '3.0.3');
    assert.equal(body.servers[0].url, `${server.url}/Default/Default/orchestrator_`);
    const start = body.paths['/odata/Queues/UiPathODataSvc.StartTransaction'].post;
    assert.equal(start.operationId, 'Queues_StartTransaction');
    assert.ok(start.responses[204]);
    for (const name of JSON.stringify(body).matchAll(/#\/components\/schemas\/([\w`]+)/g)) {
      assert.ok(body.components.schemas[name[1]!], `${name[1]} is described`);
    }
  });

  it('$metadata', async () => {
    const { status, text, headers } = await server.anonymous.get('/odata/$metadata');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /xml/);
    assert.match(text, /<EntitySet Name="QueueDefinitions"/);
    assert.match(text, /<EntityType Name="QueueItemDto"/);
  });

  it('the page', async () => {
    const { status, text } = await server.anonymous.get('/swagger');
    assert.equal(status, 200);
    assert.match(text, /swagger-ui-bundle\.js/);
    assert.equal((await server.anonymous.get('/swagger/assets/swagger-ui-bundle.js')).status, 200);
  });
});

describe('signing in by password', () => {
  it('is off unless switched on', async (t) => {
    const strict = await testServer(t, { BATON_PASSWORD_SIGN_IN: 'false' });
    const login = { usernameOrEmailAddress: 'admin', password: 'x' };
    assert.equal((await strict.anonymous.post('/api/Account/Authenticate', login)).status, 404);
  });

  it('answers a token that works, and refuses in the older envelope', async () => {
    const password = server.parts.first.adminPassword;
    const good = await server.anonymous.post('/api/account/authenticate', {
      tenancyName: 'Default',
      usernameOrEmailAddress: 'admin',
      password,
    });
    assert.equal(good.status, 200);
    const signedIn = callerWith(server.url, good.body.result).in(server.folder.id);
    assert.equal((await signedIn.get('/odata/QueueDefinitions')).status, 200);
    const bad = await server.anonymous.post('/api/Account/Authenticate', {
      usernameOrEmailAddress: 'admin',
      password: 'wrong',
    });
    assert.equal(bad.status, 400);
    assert.equal(bad.body.success, false);
    assert.equal(bad.body.__abp, true);
  });
});

it('listens on an address of IPv6, and is named by it', async (t) => {
  const { url, anonymous } = await testServer(t as TestContext, { BATON_HOST: '::ffff:127.0.0.1' });
  const { body } = await anonymous.get('/identity/.well-known/openid-configuration');
  assert.equal(new URL(body.issuer).hostname, new URL(url).hostname);
});
