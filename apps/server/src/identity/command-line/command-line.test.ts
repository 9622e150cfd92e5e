import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { type Caller, callerWith, testServer } from '../../server.fixture.ts';

const server = await testServer({ after });
const { organization } = server.parts.first;
const PATH = 'api/filtering/leftnav/tenantsAndOrganizationInfo';
const ofTokens = `/${server.organizationId}/portal_/${PATH}`;

const tenants = async (caller: Caller): Promise<string[]> => {
  const { status, body, text } = await caller.get(ofTokens);
  assert.equal(status, 200, text);
  return body.tenants.map(({ name }: { name: string }) => name);
};

describe('tenants and organization', () => {
  it('by ids and names, as a command line reads them after the code exchange', async () => {
    const { status, body } = await server.admin.get(ofTokens);
    assert.equal(status, 200);
    const other = await server.db.first<{ key: string }>(sql`select key from tenants where name = 'Other'`);
    assert.deepEqual(body, {
      organization: { id: organization.id, name: organization.name },
      tenants: [
        { id: server.tenant.key, name: server.tenant.name },
        { id: other!.key, name: 'Other' },
      ],
    });
    const byName = `/${organization.name.toLowerCase()}/PORTAL_/${PATH}`;
    assert.deepEqual((await server.admin.get(byName)).body, body);
    assert.deepEqual((await server.admin.get(`/portal_/${PATH}`)).body, body);
  });

  it('only those that the caller may enter', async () => {
    const user = await server.user();
    assert.deepEqual(await tenants(user), [server.tenant.name]);
    await server.db.execute(sql`update users set is_active = false where id = ${user.userId}`);
    assert.deepEqual(await tenants(user), []);
  });

  it('also where a group of theirs is admitted', async () => {
    const user = await server.user();
    const group = await server.db.first<{ id: string }>(sql`
      with g as (insert into identity_groups (organization_id, name)
                 values (${organization.id}, 'Testers') returning id, name),
           member as (insert into identity_group_members (group_id, user_id)
                      select g.id, u.directory_identifier from g, users u where u.id = ${user.userId})
      insert into users (tenant_id, type, user_name, domain, directory_identifier)
      select t.id, 3, g.name, 'autogen', g.id from g, tenants t where t.name = 'Other' returning id`);
    assert.deepEqual(await tenants(user), [server.tenant.name, 'Other']);
    await server.db.execute(sql`update users set is_active = false where id = ${group!.id}`);
    assert.deepEqual(await tenants(user), [server.tenant.name]);
  });

  it('and an application sees all, whatever its scopes', async () => {
    assert.deepEqual(await tenants(await server.app(['OR.Jobs'])), [server.tenant.name, 'Other']);
  });

  it('refuses no token, a bad one, and another organization', async () => {
    assert.equal((await server.anonymous.get(ofTokens)).status, 401);
    assert.equal((await callerWith(server.url, 'x.y.z').get(ofTokens)).status, 401);
    const { status } = await server.admin.get(`/${crypto.randomUUID()}/portal_/${PATH}`);
    assert.equal(status, 403);
    assert.equal((await server.admin.get('/portal_/api/nothing')).status, 404);
  });
});

describe('what the command line prepares at the end of its sign-in', () => {
  const base = `/${organization.name}/${server.tenant.name}/orchestrator_/api/StudioWeb`;
  for (const path of ['TryEnableFirstRun', 'AcquireLicense']) {
    it(path, async () => {
      assert.equal((await server.admin.send('POST', `${base}/${path}`)).status, 204);
      assert.equal((await server.anonymous.send('POST', `${base}/${path}`)).status, 401);
      const app = await server.app(['OR.Jobs']);
      assert.equal((await app.send('POST', `${base}/${path}`)).status, 403);
    });
  }
});
