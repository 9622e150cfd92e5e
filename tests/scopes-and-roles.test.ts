import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import sql from 'sql-template-tag';
import { routes } from '../apps/server/src/areas.ts';
import { namesOfScope } from '../apps/server/src/kernel/auth/principal.ts';
import { accessKindOf } from '../apps/server/src/kernel/contract/access-kind.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// An application has the union: what its scopes open, and with OR.Default what its roles allow besides.
const server = await testServer({ after });
const own = await createEntities(server, server.admin, server.folder.id);
const elsewhere = await createEntities(server, server.otherTenant, server.otherFolder.id);
const operations = routes
  .map((route) => route.operation)
  .filter(({ scope, callers }) => scope?.startsWith('OR.') && (callers ?? ['app']).includes('app'));

/**
 * With other rows than those that a rule of the operation might refuse: what is looked at is who may call.
 */
async function isRefused(caller: Caller, operation: Operation): Promise<boolean> {
  const folder = operation.folder === 'none' ? undefined : server.folder.id;
  const path = pathOf(operation, operation.method === 'GET' ? own : elsewhere);
  const bytes = new Uint8Array([1]);
  const { status, body } = operation.multipart
    ? await caller.in(folder).upload(path, { fileName: 'x.nupkg', bytes })
    : await caller.in(folder).send(operation.method, path, {
        headers: operation.body ? { 'content-type': 'application/json' } : {},
        body: operation.body ? '{}' : undefined,
      });
  // A folder that one sees nothing of is unknown.
  return status === 403 || body?.errorCode === 1100;
}

describe('OR.Default takes nothing away from a scope, and each name of the scope opens the same', () => {
  for (const operation of operations) {
    it(operation.id, async () => {
      const opened = new Set<boolean>();
      for (const scope of namesOfScope(operation.scope!, accessKindOf(operation))) {
        const alone = await isRefused(await server.app([scope]), operation);
        const both = await isRefused(await server.app([scope, 'OR.Default']), operation);
        assert.equal(both, alone, `${scope} OR.Default`);
        opened.add(alone);
      }
      assert.equal(opened.size, 1);
    });
  }
});

describe('OR.Default gives what roles allow, beside the scopes', () => {
  const folders: number[] = [];
  const names = ['With a role', 'Without'];
  before(async () => {
    for (const name of names) {
      const { body } = await server.admin.post('/odata/Folders', {
        DisplayName: name,
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
        FeedType: 'Processes',
      });
      folders.push(body.Id);
    }
    const role = { Name: 'Queue reader', Type: 'Folder', Permissions: [{ Name: 'Queues.View' }] };
    assert.equal((await server.admin.post('/odata/Roles', role)).status, 201);
  });

  /** An application that may read the queues of the first folder. */
  async function withRole(scopes: readonly string[]): Promise<Caller> {
    const app = await server.app([...scopes, 'OR.Default']);
    const user = await server.db.first<{ id: number }>(sql`
      insert into users (tenant_id, type, user_name, domain, directory_identifier)
      values (${server.tenant.id}, 5, ${scopes.join()}, 'autogen', ${decodeJwt(app.token!).sub}) returning id`);
    await server.db.execute(sql`
      insert into folder_users (folder_id, user_id, role_id)
      select ${folders[0]}, ${user!.id}, id from roles where name = 'Queue reader'`);
    server.parts.services.live.notify('access');
    return app;
  }

  it('all folders by the scope, queues where there is a role, and neither is changed', async () => {
    const app = await withRole(['OR.Folders.Read']);
    const { body } = await app.get('/odata/Folders');
    const shown = body.value.map(({ DisplayName }: { DisplayName: string }) => DisplayName);
    for (const name of names) assert.ok(shown.includes(name), shown.join());
    assert.equal((await app.in(folders[0]).get('/odata/QueueDefinitions')).status, 200);
    const unseen = await app.in(folders[1]).get('/odata/QueueDefinitions');
    assert.deepEqual([unseen.status, unseen.body.errorCode], [400, 1100]);
    assert.equal((await app.in(folders[0]).post('/odata/QueueDefinitions', { Name: 'x' })).status, 403);
    assert.equal((await app.post('/odata/Folders', { DisplayName: 'x' })).status, 403);
  });

  it('and through a navigation what the scope of its end opens, or the roles', async () => {
    const inBoth = Object.fromEntries(folders.map((id) => [id, ['Queue reader']]));
    const { userId } = await server.user({ folderRoles: inBoth });
    const path = `/odata/Users(${userId})?$expand=OrganizationUnits`;
    const foldersOf = async (caller: Caller): Promise<string[]> => {
      const { body, text } = await caller.get(path);
      const units = body.OrganizationUnits as { readonly DisplayName: string }[] | undefined;
      assert.ok(units, text);
      return units.map(({ DisplayName }) => DisplayName).sort();
    };
    assert.deepEqual(await foldersOf(await withRole(['OR.Users.Read'])), [names[0]]);
    assert.deepEqual(await foldersOf(await withRole(['OR.Users.Read', 'OR.Folders.Read'])), names);
    assert.deepEqual(await foldersOf(await server.app(['OR.Users.Read'])), []);
  });

  it('and each token opens what its own scopes do, whichever of the same application came before', async () => {
    const first = await server.app(['OR.Folders.Read', 'OR.Queues.Read']);
    const clientId = decodeJwt(first.token!).sub!;
    const withScopes = async (...scopes: string[]): Promise<Caller> => {
      const { organizationId } = server;
      const token = { kind: 'app', subject: clientId, organizationId, scopes, lifetimeSeconds: 600 } as const;
      return callerWith(server.url, await server.parts.identity.issueToken(token));
    };
    const statuses = async (caller: Caller): Promise<number[]> => [
      (await caller.get('/odata/Folders')).status,
      (await caller.in(server.folder.id).get('/odata/QueueDefinitions')).status,
    ];
    const byRoles = await withScopes('OR.Default');
    const folders = await withScopes('OR.Folders.Read', 'OR.Default');
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await statuses(first), [200, 200]);
      assert.deepEqual(await statuses(byRoles), [403, 400]);
      assert.deepEqual(await statuses(folders), [200, 400]);
    }
  });
});
