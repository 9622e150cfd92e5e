import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Answer, type Caller, testServer } from '../../server.fixture.ts';

const NS = '/odata/Folders/UiPath.Server.Configuration.OData';
const action = (id: number, name: string): string =>
  `/odata/Folders(${id})/UiPath.Server.Configuration.OData.${name}`;

const server = await testServer({ after });
const { admin, folder: shared } = server;

interface FolderBody {
  readonly Id: number;
  readonly Key: string;
  readonly FullyQualifiedName: string;
  readonly ParentId: number | null;
}

const names = (rows: { DisplayName: string }[]): string[] => rows.map((row) => row.DisplayName);
let made = 0;
const newFolder = async (parent?: number, more: object = {}): Promise<FolderBody> => {
  const answer = await admin.post('/odata/Folders', {
    DisplayName: `Folder ${++made}`,
    ParentId: parent ?? null,
    ...more,
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
};
const roleId = async (name: string): Promise<number> =>
  (await admin.get(`/odata/Roles?$filter=Name eq '${name}'`)).body.value[0].Id;
const refused = ({ status, body, text }: Answer, expected: number, code?: number): void => {
  assert.equal(status, expected, text);
  if (code !== undefined) assert.equal(body.errorCode, code, text);
};
const pathOf = async (id: number): Promise<string> =>
  (await admin.get(`/odata/Folders(${id})`)).body.FullyQualifiedName;

describe('folders', () => {
  it('creates, lists, finds, renames and deletes', async () => {
    const root = await newFolder(undefined, { DisplayName: 'Finance', Description: 'Money' });
    const child = await newFolder(root.Id, { DisplayName: 'Invoices' });
    assert.equal(child.FullyQualifiedName, 'Finance/Invoices');
    assert.equal(child.ParentId, root.Id);
    const byKey = await newFolder(undefined, {
      ParentId: undefined,
      ParentKey: child.Key,
      DisplayName: 'Old',
    });
    assert.equal(byKey.FullyQualifiedName, 'Finance/Invoices/Old');

    const listed = await admin.get(`/odata/Folders?$filter=FullyQualifiedName eq 'Finance/Invoices'`);
    assert.deepEqual(
      listed.body.value.map((f: FolderBody) => f.Id),
      [child.Id],
    );
    const { body } = await admin.get(`/odata/Folders(${root.Id})`);
    assert.equal(body.FolderType, 'Standard');
    assert.equal(body.ProvisionType, 'Automatic');
    assert.equal(body.PermissionModel, 'FineGrained');
    assert.equal(body.FeedType, 'Processes');
    for (const identifier of [child.Key, `'${child.Key}'`]) {
      const found = await admin.get(`${NS}.GetByKey(identifier=${identifier})`);
      assert.equal(found.body.Id, child.Id);
      assert.equal(found.body.ParentKey, root.Key);
    }

    const renamed = await admin.put(`/odata/Folders(${root.Id})`, { ...body, DisplayName: 'Accounting' });
    assert.equal(renamed.status, 200, renamed.text);
    assert.equal(renamed.body.FullyQualifiedName, 'Accounting');
    assert.equal(await pathOf(byKey.Id), 'Accounting/Invoices/Old');
    const patched = await admin.patch(`/api/Folders/PatchNameDescription?key=${child.Key}`, {
      name: 'Bills',
    });
    assert.equal(patched.status, 200, patched.text);
    assert.equal(await pathOf(byKey.Id), 'Accounting/Bills/Old');
    const header = await admin
      .with({ 'X-UIPATH-FolderPath': 'Accounting/Bills/Old' })
      .get('/odata/QueueDefinitions');
    assert.equal(header.status, 200, header.text);

    assert.equal((await admin.delete(`/api/Folders/DeleteByKey?key=${byKey.Key}`)).status, 204);
    assert.equal((await admin.delete(`/odata/Folders(${root.Id})`)).status, 204);
    refused(await admin.get(`/odata/Folders(${child.Id})`), 404, 1002);
  });

  it('takes what clients send for a folder, and refuses what contradicts', async () => {
    const parent = await newFolder();
    const accepted: object[] = [
      { ProvisionType: 'Automatic', PermissionModel: 'FineGrained', FeedType: 'Processes' },
      { ProvisionType: 1, PermissionModel: 1, FeedType: 'FolderHierarchy' },
      { ProvisionType: 'Automatic', FeedType: 'Undefined', Id: 0, IsPersonal: false },
    ];
    for (const more of accepted) await newFolder(undefined, more);
    const cases: [object, number, number][] = [
      [{ DisplayName: 'Shared' }, 409, 1001],
      [{ DisplayName: 'sHARED ' }, 409, 1001],
      [{ DisplayName: 'a/b' }, 400, 2810],
      [{ DisplayName: '..' }, 400, 2810],
      [{ DisplayName: '   ' }, 400, 2810],
      [{ DisplayName: 'x'.repeat(116) }, 400, 1009],
      [{ Description: 'no name' }, 400, 1009],
      [{ DisplayName: 'c', ProvisionType: 'Manual', PermissionModel: 'InheritFromTenant' }, 400, 2801],
      [{ DisplayName: 'c', ParentId: parent.Id, PermissionModel: 'InheritFromTenant' }, 400, 2802],
      [{ DisplayName: 'c', FeedType: 'Libraries' }, 400, 2802],
      [{ DisplayName: 'c', ParentId: parent.Id, FeedType: 'FolderHierarchy' }, 400, 2802],
      [{ DisplayName: 'c', ParentId: 999_999 }, 404, 1002],
      [{ DisplayName: 'c', ParentId: server.otherFolder.id }, 404, 1002],
    ];
    for (const [body, status, code] of cases) refused(await admin.post('/odata/Folders', body), status, code);
    refused(await admin.post('/odata/Folders', undefined), 400, 0);
  });

  it('keeps to seven levels, and to one parent by PUT', async () => {
    const chain = [await newFolder()];
    while (chain.length < 7) chain.push(await newFolder(chain.at(-1)!.Id));
    refused(await admin.post('/odata/Folders', { DisplayName: 'deep', ParentId: chain[6]!.Id }), 400, 2804);
    const pair = await newFolder();
    await newFolder(pair.Id);
    refused(await admin.put(action(pair.Id, `MoveFolder?targetParentId=${chain[5]!.Id}`)), 400, 2804);
    refused(
      await admin.put(`/odata/Folders(${pair.Id})`, { DisplayName: 'p', ParentId: chain[0]!.Id }),
      400,
      2807,
    );
    const cases: [object, number, number][] = [
      [{ DisplayName: 'Shared' }, 409, 1001],
      [{ DisplayName: 'p', PermissionModel: 'InheritFromTenant' }, 400, 2806],
      [{ DisplayName: 'p', FeedType: 'FolderHierarchy' }, 400, 2826],
    ];
    for (const [body, status, code] of cases) {
      refused(await admin.put(`/odata/Folders(${pair.Id})`, body), status, code);
    }
    refused(
      await admin.patch(`/api/Folders/PatchNameDescription?key=${pair.Key}`, { name: 'a/b' }),
      400,
      2810,
    );
  });

  it('moves a subtree, and says what machines would change', async () => {
    const [from, to] = [await newFolder(), await newFolder()];
    const moved = await newFolder(from.Id, { DisplayName: 'Moved' });
    const below = await newFolder(moved.Id, { DisplayName: 'Below' });
    const machine = (await admin.post('/odata/Machines', { Name: 'mover', Type: 'Template' })).body.Id;
    await admin.post(`${NS}.AssignMachines`, {
      assignments: { MachineIds: [machine], FolderIds: [to.Id] },
    });
    await admin.post(`${NS}.ToggleFolderMachineInherit`, {
      MachineId: machine,
      FolderId: to.Id,
      InheritEnabled: true,
    });
    const changes = await admin.get(
      `${NS}.GetMoveFolderMachinesChanges?folderId=${moved.Id}&targetParentId=${to.Id}`,
    );
    assert.deepEqual(changes.body.value, [
      {
        MachineId: machine,
        MachineName: 'mover',
        OldMachineFolderState: 'NotAssigned',
        NewMachineFolderState: 'Inherited',
      },
    ]);

    assert.equal((await admin.put(action(moved.Id, `MoveFolder?targetParentId=${to.Id}`))).status, 204);
    assert.equal(await pathOf(below.Id), `${to.FullyQualifiedName}/Moved/Below`);
    assert.equal((await admin.get(`/odata/Folders(${moved.Id})`)).body.ParentId, to.Id);
    refused(await admin.put(action(to.Id, `MoveFolder?targetParentId=${below.Id}`)), 400, 2820);
    refused(await admin.put(action(to.Id, `MoveFolder?targetParentId=${to.Id}`)), 400, 2820);
    await newFolder(from.Id, { DisplayName: 'Moved' });
    refused(await admin.put(action(moved.Id, `MoveFolder?targetParentId=${from.Id}`)), 409, 1001);
    refused(await admin.put(action(999_999, 'MoveFolder')), 404, 1002);
    assert.equal((await admin.put(action(moved.Id, 'MoveFolder'))).status, 204);
    assert.equal(await pathOf(below.Id), 'Moved/Below');
    const rows = await server.db.query<{ ancestors: number[] }>({
      text: 'select ancestors from folders where id = $1',
      values: [below.Id],
    });
    assert.deepEqual(rows[0]!.ancestors, [moved.Id]);
  });

  it('never ties a knot, whatever moves at once', async () => {
    const [a, b] = [await newFolder(), await newFolder()];
    const answers = await Promise.all([
      admin.put(action(a.Id, `MoveFolder?targetParentId=${b.Id}`)),
      admin.put(action(b.Id, `MoveFolder?targetParentId=${a.Id}`)),
    ]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 400]);
  });

  it('deletes only what is empty', async () => {
    const parent = await newFolder();
    const child = await newFolder(parent.Id);
    const queue = await admin.in(child.Id).post('/odata/QueueDefinitions', { Name: 'keeps' });
    assert.equal(queue.status, 201, queue.text);
    refused(await admin.delete(`/odata/Folders(${parent.Id})`), 409, 2823);
    await admin.in(child.Id).delete(`/odata/QueueDefinitions(${queue.body.Id})`);
    const user = await server.user({ folderRoles: { [child.Id]: ['Automation User'] } });
    refused(await admin.delete(`/api/Folders/DeleteByKey?key=${parent.Key}`), 409, 2823);
    await admin.post(action(child.Id, 'RemoveUserFromFolder'), { userId: user.userId });
    assert.equal((await admin.delete(`/odata/Folders(${parent.Id})`)).status, 204);
    refused(await admin.delete(`/odata/Folders(${parent.Id})`), 404, 1002);
    refused(await admin.delete(`/api/Folders/DeleteByKey?key=${parent.Key}`), 404, 1002);
  });

  it('keeps a folder that shows a queue, whoever made the queue, until it is taken out', async () => {
    const [owner, other] = [await newFolder(), await newFolder()];
    const { body: queue } = await admin.in(owner.Id).post('/odata/QueueDefinitions', { Name: 'shared' });
    const share = (ToAddFolderIds: number[], ToRemoveFolderIds: number[]) =>
      admin.post('/odata/QueueDefinitions/UiPath.Server.Configuration.OData.ShareToFolders', {
        QueueIds: [queue.Id],
        ToAddFolderIds,
        ToRemoveFolderIds,
      });
    await share([other.Id], []);
    for (const folder of [owner, other]) {
      const kept = await admin.delete(`/odata/Folders(${folder.Id})`);
      refused(kept, 409, 2823);
      assert.match(kept.body.message, /still has queues/);
    }
    assert.equal((await share([], [owner.Id])).status, 204);
    assert.equal((await admin.delete(`/odata/Folders(${owner.Id})`)).status, 204);
    const left = await admin.in(other.Id).get(`/odata/QueueDefinitions(${queue.Id})`);
    assert.deepEqual([left.status, left.body.FoldersCount], [200, 1]);
    refused(await admin.delete(`/odata/Folders(${other.Id})`), 409, 2823);
  });

  it('assigns users, replaces their roles, and shows what is inherited', async () => {
    const [parent, person] = [await newFolder(), await server.user()];
    const child = await newFolder(parent.Id);
    const [userRole, developer, tenantRole] = await Promise.all([
      roleId('Automation User'),
      roleId('Automation Developer'),
      roleId('Tenant Administrator'),
    ]);
    const assign = (caller: Caller, folderId: number, roles: number[], users = [person.userId]) =>
      caller.post(`${NS}.AssignUsers`, {
        assignments: { UserIds: users, RolesPerFolder: [{ FolderId: folderId, RoleIds: roles }] },
      });
    const usersOf = async (id: number, inherited: boolean, more = '') =>
      (await admin.get(`${NS}.GetUsersForFolder(key=${id},includeInherited=${inherited})${more}`)).body.value;

    assert.equal((await assign(admin, parent.Id, [userRole])).status, 204);
    assert.equal((await assign(admin, parent.Id, [developer])).status, 204);
    const [row] = await usersOf(parent.Id, false);
    assert.deepEqual(
      row.Roles.map((role: { Name: string; Origin: string }) => [role.Name, role.Origin]),
      [['Automation Developer', 'Assigned']],
    );
    assert.deepEqual(await usersOf(child.Id, false), []);
    const [below] = await usersOf(child.Id, true, `?$filter=UserEntity/Type eq 'User'&$orderby=Id`);
    assert.equal(below.UserEntity.IsInherited, true);
    assert.equal(below.Roles[0].InheritedFromFolder.Id, parent.Id);

    const roles = await admin.get(
      `${NS}.GetAllRolesForUser(username='${row.UserEntity.UserName}',skip=0,take=30)?searchText=`,
    );
    assert.equal(roles.body.Count, 1);
    assert.equal(roles.body.PageItems[0].Folder.Id, parent.Id);
    assert.equal(roles.body.PageItems[0].Roles[0].Name, 'Automation Developer');
    const past = await admin.get(
      `/api/FoldersNavigation/GetAllRolesForUser?username=${row.UserEntity.UserName}&skip=5&take=10&type=User`,
    );
    assert.deepEqual([past.body.Count, past.body.PageItems], [1, []]);
    refused(await admin.get(`${NS}.GetAllRolesForUser(username='nobody',skip=0,take=30)`), 404, 1002);
    refused(await admin.get('/api/FoldersNavigation/GetAllRolesForUser'), 400, 1009);

    refused(await assign(admin, parent.Id, [tenantRole]), 400, 1431);
    refused(await assign(admin, parent.Id, [999_999]), 404, 2808);
    refused(await assign(admin, parent.Id, [userRole], [999_999]), 404, 2808);
    refused(await assign(admin, 999_999, [userRole]), 404, 1002);
    refused(await admin.post(`${NS}.AssignUsers`, {}), 400, 1009);
    refused(await admin.get(`${NS}.GetUsersForFolder(key=999999,includeInherited=true)`), 404, 1002);

    const { Key } = (await admin.get(`/odata/Users(${person.userId})`)).body;
    const remove = action(parent.Id, 'RemoveUserFromFolderByKey');
    assert.equal((await admin.post(remove, { userKey: Key })).status, 204);
    refused(await admin.post(remove, { userKey: Key }), 404, 1002);
    refused(
      await admin.post(action(parent.Id, 'RemoveUserFromFolder'), { userId: person.userId }),
      404,
      1002,
    );
    refused(await admin.post(action(parent.Id, 'RemoveUserFromFolder'), {}), 400, 1009);
  });

  it('assigns people of the directory, known to the tenant or not', async () => {
    await server.db.execute({
      text: `insert into identity_users (organization_id, user_name, name) values ($1, 'ada@example.org', 'Ada')`,
      values: [server.organizationId],
    });
    const target = await newFolder();
    const role = await roleId('Automation User');
    const assignment = {
      Domain: 'autogen',
      UserName: 'ada@example.org',
      UserType: 'DirectoryUser',
      RolesPerFolder: [{ FolderId: target.Id, RoleIds: [role] }],
    };
    for (const name of ['AssignDomainUser', 'AssignDirectoryUser', 'AssignDirectoryUser']) {
      const answer = await admin.post(`${NS}.${name}`, { assignment });
      assert.equal(answer.status, 204, answer.text);
    }
    const users = await admin.get(
      `/odata/Users?$filter=UserName eq 'ada@example.org'&$expand=OrganizationUnits`,
    );
    assert.equal(users.body.value.length, 1);
    assert.equal(users.body.value[0].Name, 'Ada');
    assert.deepEqual(
      users.body.value[0].OrganizationUnits.map((unit: FolderBody) => unit.Id),
      [target.Id],
    );
    for (const name of ['AssignDomainUser', 'AssignDirectoryUser']) {
      refused(
        await admin.post(`${NS}.${name}`, { assignment: { ...assignment, UserName: 'nobody@example.org' } }),
        404,
        1415,
      );
      refused(await admin.post(`${NS}.${name}`, { assignment: {} }), 400, 1009);
    }
  });

  it('gives machines to folders', async () => {
    const parent = await newFolder();
    const child = await newFolder(parent.Id);
    const newMachine = async (Name: string): Promise<number> =>
      (await admin.post('/odata/Machines', { Name, Type: 'Template' })).body.Id;
    const [one, two] = [await newMachine('host-one'), await newMachine('host-two')];
    const ofFolder = async (id: number): Promise<unknown[]> => {
      const answer = await admin.get(
        `${NS}.GetMachinesForFolder(key=${id})?$filter=(IsAssignedToFolder eq true) or (IsInherited eq true)&$orderby=Name`,
      );
      assert.equal(answer.status, 200, answer.text);
      return answer.body.value.map((m: Record<string, unknown>) => [
        m.Name,
        m.IsInherited,
        m.InheritedFromFolderName,
      ]);
    };
    const assigned = await admin.post(`${NS}.AssignMachines`, {
      assignments: { MachineIds: [one], FolderIds: [parent.Id] },
    });
    assert.equal(assigned.status, 204, assigned.text);
    const toggle = { MachineId: one, FolderId: parent.Id, InheritEnabled: true };
    assert.equal((await admin.post(`${NS}.ToggleFolderMachineInherit`, toggle)).status, 200);
    const { DisplayName } = (await admin.get(`/odata/Folders(${parent.Id})`)).body;
    assert.deepEqual(await ofFolder(child.Id), [['host-one', true, DisplayName]]);
    const associations = { FolderId: child.Id, AddedMachineIds: [two], RemovedMachineIds: [] };
    assert.equal(
      (await admin.post(`${NS}.UpdateMachinesToFolderAssociations`, { associations })).status,
      204,
    );
    assert.deepEqual(await ofFolder(child.Id), [
      ['host-one', true, DisplayName],
      ['host-two', false, null],
    ]);
    const below = await admin.get(
      `${NS}.GetSubfoldersWithAssignedMachine?rootFolderId=${parent.Id}&machineId=${two}`,
    );
    assert.deepEqual(
      below.body.value.map((f: FolderBody) => f.Id),
      [child.Id],
    );
    assert.equal(
      (await admin.post(action(child.Id, 'RemoveMachinesFromFolder'), { machineIds: [two] })).status,
      204,
    );
    assert.deepEqual(await ofFolder(child.Id), [['host-one', true, DisplayName]]);

    const missing = { MachineIds: [999_999], FolderIds: [parent.Id] };
    refused(await admin.post(`${NS}.AssignMachines`, { assignments: missing }), 404, 2808);
    refused(await admin.post(`${NS}.AssignMachines`, {}), 400, 1009);
    refused(
      await admin.post(`${NS}.UpdateMachinesToFolderAssociations`, {
        associations: { FolderId: server.otherFolder.id, AddedMachineIds: [one] },
      }),
      404,
      1002,
    );
    refused(
      await admin.post(action(child.Id, 'RemoveMachinesFromFolder'), { machineIds: [999_999] }),
      404,
      2808,
    );
    refused(
      await admin.post(`${NS}.ToggleFolderMachineInherit`, { ...toggle, FolderId: child.Id }),
      404,
      1002,
    );
    refused(await admin.get(`${NS}.GetMachinesForFolder(key=999999)`), 404, 1002);
    refused(
      await admin.get(`${NS}.GetSubfoldersWithAssignedMachine?rootFolderId=${parent.Id}&machineId=999999`),
      404,
      1002,
    );
    refused(await admin.get(`${NS}.GetMoveFolderMachinesChanges`), 400, 1009);
    refused(await admin.get('/odata/Folders?$filter=Nonsense eq 1'), 400, 1000);
    refused(await admin.get(`${NS}.GetByKey(identifier=nonsense)`), 400, 1009);
  });

  it('shows callers the folders in which they hold a role', async () => {
    const top = await newFolder(undefined, { DisplayName: 'Nav top' });
    const mid = await newFolder(top.Id, { DisplayName: 'Nav mid' });
    const leaf = await newFolder(mid.Id, { DisplayName: 'Nav leaf' });
    const user = await server.user({ folderRoles: { [mid.Id]: ['Automation User'] } });

    const all = await user.get('/api/Folders/GetAllForCurrentUser?take=10&skip=0');
    assert.deepEqual([names(all.body.PageItems), all.body.Count], [['Nav mid', 'Nav leaf'], 2]);
    const found = await user.get(
      '/api/FoldersNavigation/GetFoldersForCurrentUser?searchText=LEAF&skip=0&take=20&folderTypes=Standard',
    );
    assert.deepEqual([names(found.body.PageItems), found.body.Count], [['Nav leaf'], 1]);
    refused(await user.get('/api/FoldersNavigation/GetFoldersForCurrentUser?take=101'), 400, 1009);
    refused(await user.get('/api/Folders/GetAllForCurrentUser?take=1001'), 400, 1009);
    const tree = await user.get('/api/FoldersNavigation/GetAllFoldersForCurrentUser');
    assert.deepEqual(
      tree.body.map((f: Record<string, unknown>) => [f.DisplayName, f.IsSelectable, f.HasChildren, f.Level]),
      [
        ['Nav top', false, true, 0],
        ['Nav mid', true, true, 1],
        ['Nav leaf', true, false, 2],
      ],
    );
    const context = await user.get(
      `/api/FoldersNavigation/GetFolderNavigationContextForCurrentUser?folderId=${mid.Id}&skip=0&take=10`,
    );
    assert.deepEqual(names(context.body.Ancestors), ['Nav top']);
    assert.deepEqual(names(context.body.ChildrenPage), ['Nav leaf']);
    const roots = await user.get('/api/FoldersNavigation/GetFolderNavigationContextForCurrentUser');
    assert.deepEqual(names(roots.body.ChildrenPage), ['Nav top']);
    refused(
      await user.get(`/api/FoldersNavigation/GetFolderNavigationContextForCurrentUser?folderId=${shared.id}`),
      404,
      1002,
    );
    refused(await server.anonymous.get('/api/FoldersNavigation/GetAllFoldersForCurrentUser'), 401);
    assert.equal((await user.get(`/odata/Folders(${leaf.Id})`)).status, 200);
    refused(await user.get(`/odata/Folders(${top.Id})`), 404, 1002);
  });

  it('lets whoever holds SubFolders rights act there and below, and nowhere else', async () => {
    const own = await newFolder();
    const child = await newFolder(own.Id);
    const keeper = await server.user({ folderRoles: { [own.Id]: ['Folder Administrator'] } });
    const reader = await server.user({ folder: own.Id, permissions: ['Queues.View'] });

    const seen = await keeper.get('/odata/Folders');
    assert.deepEqual(
      seen.body.value.map((f: FolderBody) => f.Id),
      [own.Id, child.Id],
    );
    assert.equal(
      (await keeper.post('/odata/Folders', { DisplayName: 'mine', ParentId: child.Id })).status,
      201,
    );
    refused(await keeper.post('/odata/Folders', { DisplayName: 'root' }), 403);
    refused(await keeper.post('/odata/Folders', { DisplayName: 'x', ParentId: shared.id }), 404, 1002);
    refused(await keeper.put(`/odata/Folders(${shared.id})`, { DisplayName: 'x' }), 404, 1002);
    refused(await keeper.delete(`/odata/Folders(${shared.id})`), 404, 1002);
    refused(await keeper.put(action(child.Id, 'MoveFolder')), 403);

    refused(await reader.get('/odata/Folders'), 403);
    refused(await reader.put(`/odata/Folders(${own.Id})`, { DisplayName: 'x' }), 403);
    assert.equal((await reader.get(`/odata/Folders(${own.Id})`)).status, 200);
    refused(await server.otherTenant.get(`/odata/Folders(${own.Id})`), 404, 1002);
    refused(await server.otherTenant.delete(`/odata/Folders(${own.Id})`), 404, 1002);

    const wrongScope = await server.app(['OR.Queues']);
    refused(await wrongScope.get('/odata/Folders'), 403);
    assert.equal((await (await server.app(['OR.Folders.Read'])).get('/odata/Folders')).status, 200);
    refused(await (await server.app(['OR.Folders.Read'])).post('/odata/Folders', { DisplayName: 'x' }), 403);
  });
});
