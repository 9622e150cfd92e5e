import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { CODE } from '../../kernel/errors.ts';
import { type Answer, type Caller, callerWith, testServer } from '../../server.fixture.ts';
import { admitPerson } from '../sign-in/admit-person.ts';
import type { OutsideProvider } from '../sign-in/outside-person.ts';
import { OWN_COLUMNS } from '../sign-in/outside-provider.ts';

const server = await testServer({ after });
const { admin, db, organizationId, tenant } = server;
const API = '/identity/api';
const here = { partitionGlobalId: organizationId };
const PATCH = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
const administrator = await one<{ id: number }>(
  sql`select id from roles where tenant_id = ${tenant.id} and name = 'Administrator'`,
);
const directory = callerWith(server.url, (await admin.post(`${API}/ScimToken`, here)).body.token);
const scim = (method: string, path: string, body?: unknown): Promise<Answer> =>
  directory.send(method, `/identity/scim/v2${path}`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/scim+json' },
  });

async function one<Row>(statement: ReturnType<typeof sql>): Promise<Row> {
  return (await db.first<Row>(statement))!;
}

interface Person {
  readonly by: Caller;
  /** In Identity, and in the tenant. */
  readonly id: string;
  readonly key: number;
}

async function person(roles: readonly string[] = []): Promise<Person> {
  const by = await server.user({ roles });
  const { id } = await one<{ id: string }>(
    sql`select directory_identifier as id from users where id = ${by.userId}`,
  );
  return { by, id, key: by.userId! };
}

/** Administers the tenant and nothing else; the first administrator does not any more. */
async function onlyAdministrator(): Promise<Person> {
  const keeper = await person(['Administrator']);
  await onlyHolder(keeper.key);
  return keeper;
}

const onlyHolder = (key: number): Promise<number> =>
  db.execute(sql`delete from user_roles where role_id = ${administrator.id} and user_id <> ${key}`);

const odata = (path: string): string => `/odata/${path}`;
const act = (key: number, action: string): string =>
  odata(`Users(${key})/UiPath.Server.Configuration.OData.${action}`);

const told = (answer: Answer): string => `${answer.status} ${answer.text}`;
function identityRefuses(answer: Answer, who = 'tenant Default'): void {
  assert.equal(answer.status, 400, told(answer));
  assert.match(answer.text, new RegExp(`[Tt]he ${who} must keep an active administrator`));
}
function scimRefuses(answer: Answer): void {
  assert.equal(answer.status, 409, told(answer));
  assert.match(answer.body.detail, /must keep an active administrator/);
}
function tenantRefuses(answer: Answer, code: number): void {
  assert.equal(answer.status, 400, told(answer));
  assert.equal(answer.body.errorCode, code);
}

describe('the last administrator of a tenant stays', () => {
  it('for whoever manages people', async () => {
    const { id, by, key } = await onlyAdministrator();
    identityRefuses(await admin.put(`${API}/User/${id}`, { isActive: false }));
    identityRefuses(await admin.delete(`${API}/User/${id}`));
    identityRefuses(await admin.delete(`${API}/User`, { ...here, userIds: [id] }));
    const Operations = [{ op: 'replace', path: 'active', value: false }];
    scimRefuses(await scim('PATCH', `/Users/${id}`, { schemas: PATCH, Operations }));
    scimRefuses(await scim('PUT', `/Users/${id}`, { userName: 'renamed', active: false }));
    scimRefuses(await scim('DELETE', `/Users/${id}`));
    tenantRefuses(await by.post(act(key, 'SetActive'), { active: false }), CODE.CannotInactivateLastAdmin);
    tenantRefuses(await by.delete(odata(`Users(${key})`)), CODE.CannotDeleteLastAdmin);
    const off = await by.patch(odata(`Users(${key})`), { IsActive: false });
    tenantRefuses(off, CODE.CannotInactivateLastAdmin);
    const without = await by.put(odata(`Users(${key})`), { RolesList: ['Robot'] });
    tenantRefuses(without, CODE.CannotUnassignLastAdmin);
    const assigned = await by.post(act(key, 'AssignRoles'), { roleIds: [] });
    tenantRefuses(assigned, CODE.CannotUnassignLastAdmin);
    const toggled = await by.post(act(key, 'ToggleRole'), { role: 'Administrator', toggle: false });
    tenantRefuses(toggled, CODE.CannotUnassignLastAdmin);
    const set = await by.post(
      odata(`Roles(${administrator.id})/UiPath.Server.Configuration.OData.SetUsers`),
      {
        addedUserIds: [],
        removedUserIds: [key],
      },
    );
    tenantRefuses(set, CODE.CannotUnassignLastAdmin);
    assert.equal((await by.get(odata('Roles'))).status, 200, 'is one still');
    // Another one there is: then all of it may be.
    await person(['Administrator']);
    assert.equal((await admin.delete(`${API}/User/${id}`)).status, 204);
  });

  it('where a group makes the administrator', async () => {
    const { id, by } = await person();
    const group = (
      await admin.post(`${API}/Group`, { ...here, name: 'Keepers', directoryUserMemberIDs: [id] })
    ).body.id;
    await onlyAdministrator();
    const added = await admin.post(`${API}/Group`, { ...here, name: 'Nobody' });
    assert.equal(added.status, 201);
    const holder = await one<{ id: number }>(sql`
      insert into users (tenant_id, type, user_name, directory_identifier) values (${tenant.id}, 3, 'Keepers', ${group})
      returning id`);
    await db.execute(sql`insert into user_roles values (${holder.id}, ${administrator.id})`);
    await onlyHolder(holder.id);
    server.parts.services.live.notify('access');

    identityRefuses(await admin.put(`${API}/User/${id}`, { isActive: false }));
    identityRefuses(await admin.put(`${API}/User/${id}`, { groupIDsToRemove: [group] }));
    identityRefuses(await admin.delete(`${API}/User/${id}`));
    identityRefuses(await admin.put(`${API}/Group/${group}`, { ...here, directoryUserIDsToRemove: [id] }));
    identityRefuses(await admin.delete(`${API}/Group/${organizationId}/${group}`));
    const all = { groupIDs: [group, added.body.id] };
    identityRefuses(await admin.delete(`${API}/Group/${organizationId}`, all));
    const Operations = [{ op: 'remove', path: 'members' }];
    scimRefuses(await scim('PATCH', `/Groups/${group}`, { schemas: PATCH, Operations }));
    scimRefuses(await scim('DELETE', `/Groups/${group}`));
    tenantRefuses(await by.delete(odata(`Users(${holder.id})`)), CODE.CannotDeleteLastAdmin);
    const off = await by.post(act(holder.id, 'SetActive'), { active: false });
    tenantRefuses(off, CODE.CannotInactivateLastAdmin);
    const own = await one<{ id: number }>(
      sql`select id from users where tenant_id = ${tenant.id} and directory_identifier = ${id}::uuid`,
    );
    tenantRefuses(await by.post(act(own.id, 'SetActive'), { active: false }), CODE.CannotInactivateLastAdmin);

    // Another member is enough.
    const other = await person();
    const joined = await admin.put(`${API}/Group/${group}`, { ...here, directoryUserIDsToAdd: [other.id] });
    assert.equal(joined.status, 200);
    assert.equal((await admin.put(`${API}/User/${id}`, { groupIDsToRemove: [group] })).status, 200);
    assert.equal((await by.get(odata('Roles'))).status, 403);
    assert.equal((await other.by.get(odata('Roles'))).status, 200);
  });

  it('in every tenant: a second one of the organization is not enough', async () => {
    const boss = await person();
    const { id } = await one<{ id: string }>(
      sql`select id from identity_groups where organization_id = ${organizationId} and built_in = 'Administrators'`,
    );
    assert.equal((await admin.put(`${API}/User/${boss.id}`, { groupIDsToAdd: [id] })).status, 200);
    const first = await one<{ id: string }>(sql`select id from identity_users where user_name = 'admin'`);
    identityRefuses(await boss.by.delete(`${API}/User/${first.id}`), 'tenant Other');
    assert.equal((await boss.by.put(`${API}/User/${first.id}`, { groupIDsToRemove: [id] })).status, 200);
    identityRefuses(await boss.by.put(`${API}/User/${boss.id}`, { isActive: false }), 'organization');
    assert.equal((await boss.by.put(`${API}/User/${first.id}`, { groupIDsToAdd: [id] })).status, 200);
  });

  it('whatever an outside provider says of their groups', async () => {
    const { id } = await person();
    for (const name of ['Wardens', 'Guests']) {
      const body = { ...here, name, directoryUserMemberIDs: [id] };
      assert.equal((await admin.post(`${API}/Group`, body)).status, 201);
    }
    const holder = await one<{ id: number }>(sql`
      insert into users (tenant_id, type, user_name, directory_identifier)
      select ${tenant.id}, 3, name, id from identity_groups where name = 'Wardens' returning id`);
    await db.execute(sql`insert into user_roles values (${holder.id}, ${administrator.id})`);
    await onlyHolder(holder.id);
    const provider = await one<OutsideProvider>(sql`
      with made as (
        insert into sign_in_providers (organization_id, name, issuer, client_id)
        values (${organizationId}, 'Elsewhere', 'https://id.example', 'baton') returning *), mapped as (
        insert into sign_in_provider_groups (provider_id, value, group_id)
        select p.id, g.name, g.id from made p, identity_groups g
         where g.name in ('Wardens', 'Guests') returning value, group_id)
      select ${OWN_COLUMNS}, (select jsonb_object_agg(value, group_id) from mapped) as groups from made`);
    await db.execute(sql`insert into sign_in_provider_users values (${provider.id}, 'subject', ${id})`);
    const told = {
      subject: 'subject',
      userName: 'x',
      email: undefined,
      name: '',
      surname: '',
      displayName: '',
      isEmailConfirmed: false,
    };
    const admitted = await admitPerson(db, provider, { ...told, groups: [] }, '127.0.0.1');
    assert.equal(admitted.user?.id, id);
    const { groupIDs } = (await admin.get(`${API}/User/${id}`)).body;
    const names = await db.query<{ name: string }>(
      sql`select name from identity_groups where id = any(${groupIDs}::uuid[]) order by name`,
    );
    assert.deepEqual(names, [{ name: 'Everyone' }, { name: 'Wardens' }]);
  });
});

describe('of two administrators who are taken away at once one stays', () => {
  const ways: Readonly<Record<string, (of: Person) => Promise<Answer>>> = {
    'deleted in Identity': ({ id }) => admin.delete(`${API}/User/${id}`),
    'switched off in Identity': ({ id }) => admin.put(`${API}/User/${id}`, { isActive: false }),
    'deleted by SCIM': ({ id }) => scim('DELETE', `/Users/${id}`),
    'deleted in the tenant': ({ by, key }) => by.delete(odata(`Users(${key})`)),
    'without the role': ({ by, key }) => by.post(act(key, 'AssignRoles'), { roleIds: [] }),
    'switched off by a PUT': ({ by, key }) => by.put(odata(`Users(${key})`), { Name: 'A', IsActive: false }),
  };
  const names = Object.keys(ways);
  for (const [i, first] of names.entries()) {
    for (const second of names.slice(i)) {
      it(`${first}, and ${second}`, async () => {
        const [a, b] = [await onlyAdministrator(), await person(['Administrator'])];
        const answers = await Promise.all([ways[first]!(a), ways[second]!(b)]);
        const succeeded = answers.filter(({ status }) => status < 300);
        assert.equal(succeeded.length, 1, answers.map(told).join(' / '));
        for (const answer of answers)
          assert.ok(
            answer.status < 300 || /must keep an active administrator/.test(answer.text),
            told(answer),
          );
      });
    }
  }
});
