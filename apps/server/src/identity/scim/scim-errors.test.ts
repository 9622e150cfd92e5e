import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { type Answer, callerWith, testServer } from '../../server.fixture.ts';
import { createScimToken } from './tokens.ts';

// Whatever is refused below /scim/v2, by whichever part of the server, is told in SCIM's form.
const server = await testServer({ after });
const { token } = await createScimToken(server.db, server.organizationId);
const directory = callerWith(server.url, token);
const ROOT = '/identity/scim/v2';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

function inForm({ status, headers, body, text }: Answer, what: string): void {
  assert.match(headers.get('content-type') ?? '', /^application\/scim\+json/, `${what}: ${text}`);
  assert.deepEqual([body.schemas, body.status], [[ERROR], String(status)], what);
  assert.equal(typeof body.detail, 'string', what);
  assert.deepEqual(
    Object.keys(body).filter((name) => !['schemas', 'status', 'scimType', 'detail'].includes(name)),
    [],
    what,
  );
}

const unknownId = '00000000-0000-4000-8000-000000000000';
const PATHS = [
  '',
  '/.search',
  '/Me',
  '/Bulk',
  '/Nonsense',
  '/Users',
  '/Users/.search',
  `/Users/${unknownId}`,
  `/Users/${unknownId}/name`,
  '/Groups',
  '/Groups/.search',
  `/Groups/${unknownId}`,
  '/Schemas',
  '/Schemas/nonsense',
  '/ResourceTypes',
  '/ResourceTypes/nonsense',
  '/ServiceProviderConfig',
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

describe('errors in the form of SCIM', () => {
  for (const path of PATHS) {
    it(path || '/', async () => {
      for (const method of METHODS) {
        const body = method === 'GET' ? undefined : '[1]';
        const init = { headers: { 'content-type': 'application/scim+json' }, body };
        for (const prefix of [ROOT, '/Default/identity_/scim/v2', '/IDENTITY/SCIM/V2']) {
          const what = `${method} ${prefix}${path}`;
          const stranger = await server.anonymous.send(method, prefix + path, init);
          assert.ok([401, 404, 405].includes(stranger.status), `${what} ${stranger.status}`);
          inForm(stranger, what);
          const answer = await directory.send(method, prefix + path, init);
          assert.ok(answer.status < 500 || answer.status === 501, `${what} ${answer.text}`);
          if (answer.status >= 400) inForm(answer, what);
          if (answer.status === 405) assert.match(answer.headers.get('allow') ?? '', /GET|POST/, what);
        }
      }
    });
  }

  const odd: readonly (readonly [what: string, path: string, status: number, init?: RequestInit])[] = [
    ['a % alone', '/Users/%', 400],
    ['a % alone, with a query', '/Users/%ZZ?filter=x', 400],
    ['NUL', '/Users/a%00b', 400],
    ['no UTF-8', '/Users?filter=%FF', 400],
    ['too long a segment', `/Users/${'x'.repeat(5000)}`, 414],
    ['no JSON', '/Users', 400, { method: 'POST', body: '{' }],
    ['too large', '/Users', 413, { method: 'POST', body: `"${'x'.repeat(1_100_000)}"` }],
    ['no filter', '/Users?filter=userName', 400],
    ['two filters', '/Users?filter=userName%20pr&filter=active%20pr', 400],
    ['a filter of what the service says of itself', '/Schemas?filter=id%20pr', 403],
    ['no name', '/Users/.search', 400, { method: 'POST', body: '{"attributes":[1]}' }],
    ['no search', '/.search', 400, { method: 'POST', body: '[]' }],
    ['many operations at once', '/Bulk', 501, { method: 'POST', body: '{}' }],
  ];
  for (const [what, path, status, init = {}] of odd) {
    it(what, async () => {
      const { method = 'GET', ...rest } = init;
      const headers = { 'content-type': 'application/scim+json' };
      const answer = await directory.send(method, ROOT + path, { headers, ...rest });
      assert.equal(answer.status, status, answer.text);
      inForm(answer, what);
    });
  }
});

describe('/Me', () => {
  it('is the person of the token, under the address that stays', async () => {
    const user = await server.user({ scopes: ['PM.User.Read'] });
    const { status, body, headers, text } = await user.get(`${ROOT}/Me?attributes=userName,meta`);
    assert.equal(status, 200, text);
    const row = await server.db.first<{ id: string; user_name: string }>(sql`
      select i.id, i.user_name from users u join identity_users i on i.id = u.directory_identifier
       where u.id = ${user.userId}`);
    assert.deepEqual([body.id, body.userName], [row!.id, row!.user_name]);
    assert.equal(headers.get('location'), body.meta.location);
    assert.match(body.meta.location, new RegExp(`/identity/scim/v2/Users/${row!.id}$`));
    assert.deepEqual((await directory.get(`${ROOT}/Users/${row!.id}?attributes=userName,meta`)).body, body);
  });

  it('is nobody of a directory, an application, or a token without the scope', async () => {
    const narrow = await server.user({ scopes: ['PM.Group.Read'] });
    const app = await server.app(['PM.User']);
    for (const [caller, expected] of [
      [directory, 404],
      [narrow, 403],
      [app, 403],
      [server.anonymous, 401],
      [callerWith(server.url, 'x.y.z'), 401],
    ] as const) {
      const answer = await caller.get(`${ROOT}/Me`);
      assert.equal(answer.status, expected, answer.text);
      inForm(answer, '/Me');
      if (expected === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
  });
});
