import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ALL_PERMISSIONS, PERMISSION_GROUPS } from '../../kernel/auth/permissions.ts';
import { type Answer, testServer } from '../../server.fixture.ts';

const action = (id: number, name: string): string =>
  `/odata/Roles(${id})/UiPath.Server.Configuration.OData.${name}`;
const usersOf = (id: number): string =>
  `/odata/Roles/UiPath.Server.Configuration.OData.GetUsersForRole(key=${id})`;
const userIdsOf = (id: number): string =>
  `/odata/Roles/UiPath.Server.Configuration.OData.GetUserIdsForRole(key=${id})`;

const server = await testServer({ after });
const { admin } = server;

interface RoleBody {
  readonly Id: number;
  readonly Name: string;
  readonly Type: string;
  readonly IsStatic: boolean;
  readonly IsEditable: boolean;
  readonly Permissions: readonly {
    readonly Name: string;
    readonly IsGranted: boolean;
    readonly Scope: string;
  }[];
}

const refused = ({ status, body, text }: Answer, expected: number, code?: number): void => {
  assert.equal(status, expected, text);
  if (code !== undefined) assert.equal(body.errorCode, code, text);
};
const roleNamed = async (name: string): Promise<RoleBody> =>
  (await admin.get(`/odata/Roles?$filter=Name eq '${name}'&$expand=Permissions`)).body.value[0];
const namesOf = (role: RoleBody): string[] => role.Permissions.map((permission) => permission.Name).sort();

const granted = (Name: string): object => ({ Permissions: [{ Name, IsGranted: true }] });

describe('roles', () => {
  it('begins with the built-in ones', async () => {
    const { body } = await admin.get('/odata/Roles?$orderby=Id');
    const rows: RoleBody[] = body.value;
    assert.deepEqual(
      rows.filter((role) => role.IsStatic && role.Type === 'Mixed').map((r) => [r.Name, r.IsEditable]),
      [
        ['Administrator', false],
        ['Robot', true],
      ],
    );
    assert.equal(rows.filter((role) => role.IsStatic).length, 11);
    assert.deepEqual(namesOf(await roleNamed('Administrator')), [...ALL_PERMISSIONS].sort());
    const user = namesOf(await roleNamed('Automation User'));
    for (const name of ['Queues.View', 'Transactions.Edit', 'Assets.View', 'Jobs.Create', 'Logs.Create']) {
      assert.ok(user.includes(name), name);
    }
  });

  it('creates, reads, changes and deletes', async () => {
    const created = await admin.post('/odata/Roles', {
      Name: 'Queue Reader',
      Type: 'Folder',
      Id: 0,
      IsStatic: true,
      Permissions: [
        { Name: 'queues.view', IsGranted: true, RoleId: 0, Scope: 'Folder' },
        { Name: 'Queues', IsGranted: true },
        { Name: 'Queues.Edit', IsGranted: false },
      ],
    });
    assert.equal(created.status, 201, created.text);
    const { Id } = created.body;
    assert.equal(created.body.DisplayName, 'Queue Reader');
    assert.equal(created.body.IsStatic, false);
    assert.deepEqual(namesOf(created.body), ['Queues.View']);
    assert.equal(created.body.Permissions[0].Scope, 'Folder');

    const one = await admin.get(`/odata/Roles(${Id})?$expand=Permissions`);
    assert.deepEqual(namesOf(one.body), ['Queues.View']);
    const kept = await admin.put(`/odata/Roles(${Id})`, { Name: 'Queue Watcher', Type: 'Folder' });
    assert.equal(kept.status, 200, kept.text);
    assert.deepEqual(namesOf(await roleNamed('Queue Watcher')), ['Queues.View']);
    const put = await admin.put(`/odata/Roles(${Id})`, {
      Name: 'Queue Watcher',
      Permissions: [{ Name: 'Transactions.View', IsGranted: true }],
    });
    assert.equal(put.status, 200, put.text);
    assert.deepEqual(namesOf(await roleNamed('Queue Watcher')), ['Transactions.View']);
    assert.equal((await admin.delete(`/odata/Roles(${Id})`)).status, 204);
    refused(await admin.get(`/odata/Roles(${Id})`), 404, 1002);
    refused(await admin.put(`/odata/Roles(${Id})`, { Name: 'x' }), 404, 1002);
    refused(await admin.delete(`/odata/Roles(${Id})`), 404, 1002);
  });

  it('refuses what a role cannot be', async () => {
    const cases: [object, number, number][] = [
      [{ Name: 'M', Type: 'Mixed' }, 400, 1439],
      [{ Type: 'Folder' }, 400, 1009],
      [{ Name: 'x'.repeat(65) }, 400, 1009],
      [{ Name: 'U', Type: 'Folder', ...granted('Nonsense.View') }, 400, 1009],
      [{ Name: 'T', Type: 'Tenant', ...granted('Queues.View') }, 400, 1427],
      [{ Name: 'F', Type: 'Folder', ...granted('Users.View') }, 400, 1428],
      [{ Name: 'administrator', Type: 'Tenant' }, 409, 1001],
    ];
    for (const [body, status, code] of cases) refused(await admin.post('/odata/Roles', body), status, code);
    refused(await admin.post('/odata/Roles'), 400, 0);

    const [administrator, robot] = [await roleNamed('Administrator'), await roleNamed('Robot')];
    refused(await admin.put(`/odata/Roles(${administrator.Id})`, { Name: 'A' }), 409, 1414);
    refused(await admin.delete(`/odata/Roles(${administrator.Id})`), 409, 1408);
    refused(await admin.put(`/odata/Roles(${robot.Id})`, { Name: 'Robots' }), 409, 1414);
    refused(await admin.put(`/odata/Roles(${robot.Id})`, { Type: 'Folder' }), 400, 1426);
    const same = await admin.put(`/odata/Roles(${robot.Id})`, robot);
    assert.equal(same.status, 200, same.text);
    refused(await server.otherTenant.get(`/odata/Roles(${robot.Id})`), 404, 1002);
    refused(await server.otherTenant.delete(`/odata/Roles(${robot.Id})`), 404, 1002);
  });

  it('gives roles to users, at once for what they may do', async () => {
    const user = await server.user();
    const { Id } = (
      await admin.post('/odata/Roles', {
        Name: 'Machine Reader',
        Type: 'Tenant',
        Permissions: [{ Name: 'Machines.View', IsGranted: true }],
      })
    ).body;
    refused(await user.get('/odata/Machines'), 403);
    const set = (addedUserIds: unknown, removedUserIds: unknown) =>
      admin.post(action(Id, 'SetUsers'), { addedUserIds, removedUserIds });
    assert.equal((await set([user.userId], [])).status, 204);
    assert.equal((await user.get('/odata/Machines')).status, 200);
    assert.deepEqual((await admin.get(userIdsOf(Id))).body.value, [user.userId]);
    const users = await admin.get(usersOf(Id));
    assert.deepEqual(users.body.value[0].RolesList, ['Machine Reader']);
    refused(await admin.delete(`/odata/Roles(${Id})`), 409, 1013);
    assert.equal((await set([], [user.userId])).status, 204);
    refused(await user.get('/odata/Machines'), 403);

    refused(await set([999_999], []), 404, 1002);
    refused(await admin.post(action(Id, 'SetUsers'), { addedUserIds: [] }), 400, 1009);
    refused(
      await admin.post(action(999_999, 'SetUsers'), { addedUserIds: [], removedUserIds: [] }),
      404,
      1002,
    );
    const folderRole = await roleNamed('Automation User');
    const wrongKind = { addedUserIds: [user.userId], removedUserIds: [] };
    refused(await admin.post(action(folderRole.Id, 'SetUsers'), wrongKind), 400, 1430);
    const last = { addedUserIds: [], removedUserIds: [admin.userId] };
    const administrator = await roleNamed('Administrator');
    refused(await admin.post(action(administrator.Id, 'SetUsers'), last), 400, 1434);
    refused(await admin.get(usersOf(999_999)), 404, 1002);
    refused(await admin.get(userIdsOf(999_999)), 404, 1002);
  });

  it('asks for the right permission', async () => {
    const [nobody, viewer] = [await server.user(), await server.user({ permissions: ['Roles.View'] })];
    const { Id } = await roleNamed('Robot');
    const calls: [string, string][] = [
      ['GET', '/odata/Roles'],
      ['GET', `/odata/Roles(${Id})`],
      ['GET', usersOf(Id)],
      ['GET', userIdsOf(Id)],
      ['POST', '/odata/Roles'],
      ['PUT', `/odata/Roles(${Id})`],
      ['DELETE', `/odata/Roles(${Id})`],
      ['POST', action(Id, 'SetUsers')],
    ];
    for (const [method, path] of calls) refused(await nobody.send(method, path), 403);
    assert.equal((await viewer.get('/odata/Roles')).status, 200);
    assert.equal((await viewer.get(userIdsOf(Id))).status, 200);
    refused(await viewer.get(usersOf(Id)), 403);
    const keeper = await server.user({ folderRoles: { [server.folder.id]: ['Folder Administrator'] } });
    assert.equal((await keeper.get('/odata/Roles')).status, 200);
  });
});

describe('permissions', () => {
  it('lists groups first, then rights, with what the caller holds', async () => {
    const user = await server.user({ permissions: ['Queues.View', 'Machines.Edit'] });
    const { body } = await user.get('/odata/Permissions');
    const rows: { Name: string; IsGranted: boolean; Scope: string; RoleId: number }[] = body.value;
    const groups = Object.keys(PERMISSION_GROUPS);
    assert.deepEqual(
      rows.slice(0, groups.length).map((row) => row.Name),
      groups,
    );
    assert.deepEqual(
      rows.slice(groups.length).map((row) => row.Name),
      ALL_PERMISSIONS,
    );
    assert.deepEqual(
      rows.filter((row) => row.IsGranted).map((row) => [row.Name, row.Scope]),
      [
        ['Machines', 'Global'],
        ['Queues', 'Folder'],
        ['Machines.Edit', 'Global'],
        ['Queues.View', 'Folder'],
      ],
    );
    const filtered = await admin.get(
      `/odata/Permissions?$filter=startswith(Name,'Jobs.')&$top=2&$select=Name`,
    );
    assert.deepEqual(filtered.body.value, [{ Name: 'Jobs.View' }, { Name: 'Jobs.Edit' }]);
    assert.equal(filtered.body['@odata.count'], 4);
    refused(await server.anonymous.get('/odata/Permissions'), 401);
    refused(await admin.get('/odata/Permissions?$filter=Nonsense eq 1'), 400, 1000);
  });
});
