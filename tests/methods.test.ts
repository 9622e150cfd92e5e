import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// HEAD, OPTIONS and methods that an address does not have, at each address that is declared.
const server = await testServer({ after });
const entities = await createEntities(server, server.admin, server.folder.id);
const operations = routes.map(({ operation }) => operation);
// A head tells the length of the plain answer.
const plain = server.admin.with({ 'accept-encoding': 'identity' });
const here = (operation: Operation) => (operation.folder === 'none' ? plain : plain.in(server.folder.id));

describe('HEAD is GET without its body', () => {
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    it(operation.id, async () => {
      const path = pathOf(operation, entities);
      const [head, get] = await Promise.all([here(operation).send('HEAD', path), here(operation).get(path)]);
      assert.equal(head.status, get.status, get.text);
      assert.equal(head.text, '');
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
      assert.equal(head.headers.get('content-length') ?? '0', get.headers.get('content-length') ?? '0');
      assert.equal(
        (await server.anonymous.send('HEAD', path)).status,
        (await server.anonymous.get(path)).status,
      );
    });
  }

  const others = [
    '/',
    '/swagger',
    '/swagger/v20.0/swagger.json',
    '/identity/swagger/external/swagger.json',
    '/swagger/identity/swagger.json',
    '/swagger/assets/swagger-ui.css',
    '/odata',
    '/odata/$metadata',
    '/identity/.well-known/openid-configuration',
    '/identity/jwks',
    '/identity/account',
    '/identity/sign-in/forgotten',
    '/identity/connect/authorize',
    '/identity/connect/endsession',
    '/identity/connect/userinfo',
    '/identity/device',
    '/identity/scim/v2/Users',
  ];
  for (const path of others) {
    it(path, async () => {
      const head = await server.anonymous.send('HEAD', path, { redirect: 'manual' });
      const get = await server.anonymous.send('GET', path, { redirect: 'manual' });
      assert.deepEqual([head.status, head.text], [get.status, '']);
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    });
  }
});

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** As declared: of `User/BulkCreate` also what `User/{userId}` takes. */
function methodsOf(url: string): Set<string> {
  const path = url.split('?')[0]!;
  const found = operations.filter((operation) => patternOf(operation).test(path)).map(({ method }) => method);
  return new Set([...found, ...(found.includes('GET') ? ['HEAD'] : []), 'OPTIONS']);
}

const patternOf = (operation: Operation): RegExp =>
  new RegExp(`^${operation.path.replace(/[.()$[\]]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);

describe('an address says what it takes', () => {
  for (const operation of new Map(operations.map((each) => [each.path, each])).values()) {
    it(operation.path, async () => {
      const url = pathOf(operation, entities);
      const methods = methodsOf(url);
      const allowed = (headers: Headers) => new Set(headers.get('allow')?.split(', '));
      for (const method of METHODS.filter((each) => !methods.has(each))) {
        const { status, body, headers, text } = await server.anonymous.send(method, url);
        assert.equal(status, 405, `${method} ${text}`);
        assert.deepEqual(allowed(headers), methods);
        if (method !== 'HEAD') assert.match(body.message ?? body.detail, new RegExp(headers.get('allow')!));
      }
      const asked = await server.anonymous.send('OPTIONS', url);
      assert.equal(asked.status, 204);
      assert.deepEqual(allowed(asked.headers), methods);
    });
  }

  it('and one that is not there is 404, with any method', async () => {
    for (const method of METHODS) {
      for (const path of ['/odata/Nothing', '/odata/Jobs(1)/Nothing', '/identity/api/Nothing', '/nothing']) {
        const { status, headers } = await server.anonymous.send(method, path);
        assert.deepEqual([status, headers.get('allow')], [404, null], `${method} ${path}`);
      }
    }
  });
});
