import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { SOON_MS, until } from '../../../../../tests/until.fixture.ts';
import { type Answer, type Caller, testServer } from '../../server.fixture.ts';

// The server remembers for seconds what a caller may do. Whoever changes that sends a notice; without it,
// rights that were taken away would last until then. The clock stands still here, so that what is remembered
// never expires: only a notice can end it.
const started = Date.now();
const server = await testServer({ after }, {}, { now: () => started });
const { admin, folder, organizationId } = server;
const NS = 'UiPath.Server.Configuration.OData';
const ok = async (call: Promise<Answer>): Promise<Answer['body']> => {
  const { status, body, text } = await call;
  assert.ok(status < 300, `${status} ${text}`);
  return body;
};

let names = 0;
const newRole = (Type: 'Folder' | 'Tenant', permission: string): Promise<{ Id: number; Name: string }> =>
  ok(
    admin.post('/odata/Roles', {
      Name: `Role ${++names}`,
      Type,
      Permissions: [{ Name: permission, IsGranted: true }],
    }),
  );
const newFolder = (ParentId?: number): Promise<{ Id: number; Key: string }> =>
  ok(admin.post('/odata/Folders', { DisplayName: `Folder ${++names}`, ParentId }));
const assign = (userId: number, folderId: number, roleIds: number[]): Promise<Answer> =>
  admin.post(`/odata/Folders/${NS}.AssignUsers`, {
    assignments: { UserIds: [userId], RolesPerFolder: [{ FolderId: folderId, RoleIds: roleIds }] },
  });

interface Holder {
  readonly caller: Caller;
  readonly userId: number;
  readonly roleId: number;
  readonly roleName: string;
  readonly folderId: number;
  /** A call that needs the right. */
  readonly use: () => Promise<Answer>;
}

/** A user whose role in a folder gives the right to see its queues. */
async function inFolder(folderId = folder.id, heldIn = folderId): Promise<Holder> {
  const role = await newRole('Folder', 'Queues.View');
  const caller = await server.user();
  await ok(assign(caller.userId!, heldIn, [role.Id]));
  const use = (): Promise<Answer> => caller.in(folderId).get('/odata/QueueDefinitions');
  return { caller, userId: caller.userId!, roleId: role.Id, roleName: role.Name, folderId, use };
}

/** A user whose role in the tenant gives the right to see machines. */
async function inTenant(): Promise<Holder> {
  const role = await newRole('Tenant', 'Machines.View');
  const caller = await server.user({ roles: [role.Name] });
  const use = (): Promise<Answer> => caller.get('/odata/Machines');
  return { caller, userId: caller.userId!, roleId: role.Id, roleName: role.Name, folderId: 0, use };
}

/** A user who may see machines as a member of a group. */
async function byGroup(): Promise<Holder & { readonly groupId: string; readonly identity: string }> {
  const role = await newRole('Tenant', 'Machines.View');
  const caller = await server.user();
  const { id: identity } = (await server.db.first<{ id: string }>(sql`
    select directory_identifier as id from users where id = ${caller.userId}`))!;
  const group = await ok(
    admin.post('/identity/api/Group', {
      partitionGlobalId: organizationId,
      name: `Group ${++names}`,
      directoryUserMemberIDs: [identity],
    }),
  );
  const user = await ok(
    admin.post('/odata/Users', {
      UserName: group.name,
      Type: 'DirectoryGroup',
      DirectoryIdentifier: group.id,
      RolesList: [role.Name],
    }),
  );
  const use = (): Promise<Answer> => caller.get('/odata/Machines');
  return {
    caller,
    userId: user.Id,
    roleId: role.Id,
    roleName: role.Name,
    folderId: 0,
    use,
    groupId: group.id,
    identity,
  };
}

const taken: readonly (readonly [string, () => Promise<readonly [Holder, () => Promise<Answer>]>])[] = [
  [
    'a role in a folder loses the permission',
    async () => {
      const holder = await inFolder();
      const body = { Name: holder.roleName, Permissions: [{ Name: 'Jobs.View', IsGranted: true }] };
      return [holder, () => admin.put(`/odata/Roles(${holder.roleId})`, body)];
    },
  ],
  [
    'a role in the tenant loses the permission',
    async () => {
      const holder = await inTenant();
      const body = { Name: holder.roleName, Permissions: [{ Name: 'Robots.View', IsGranted: true }] };
      return [holder, () => admin.put(`/odata/Roles(${holder.roleId})`, body)];
    },
  ],
  [
    'the user is taken out of the role',
    async () => {
      const holder = await inTenant();
      const body = { addedUserIds: [], removedUserIds: [holder.userId] };
      return [holder, () => admin.post(`/odata/Roles(${holder.roleId})/${NS}.SetUsers`, body)];
    },
  ],
  [
    'the role is taken from the user',
    async () => {
      const holder = await inTenant();
      const user = await ok(admin.get(`/odata/Users(${holder.userId})`));
      return [holder, () => admin.put(`/odata/Users(${holder.userId})`, { ...user, RolesList: [] })];
    },
  ],
  [
    'the user is given other roles',
    async () => {
      const holder = await inTenant();
      const path = `/odata/Users(${holder.userId})/${NS}.AssignRoles`;
      return [holder, () => admin.post(path, { roleIds: [] })];
    },
  ],
  [
    'the role is switched off for the user',
    async () => {
      const holder = await inTenant();
      const path = `/odata/Users(${holder.userId})/${NS}.ToggleRole`;
      return [holder, () => admin.post(path, { role: holder.roleName, toggle: false })];
    },
  ],
  [
    'the user is switched off',
    async () => {
      const holder = await inTenant();
      return [holder, () => admin.patch(`/odata/Users(${holder.userId})`, { IsActive: false })];
    },
  ],
  [
    'the user is deleted',
    async () => {
      const holder = await inFolder();
      return [holder, () => admin.delete(`/odata/Users(${holder.userId})`)];
    },
  ],
  [
    'the user gets another role in the folder instead',
    async () => {
      const holder = await inFolder();
      const other = await newRole('Folder', 'Jobs.View');
      return [holder, () => assign(holder.userId, holder.folderId, [other.Id])];
    },
  ],
  [
    'the user is taken out of the folder',
    async () => {
      const holder = await inFolder();
      const path = `/odata/Folders(${holder.folderId})/${NS}.RemoveUserFromFolder`;
      return [holder, () => admin.post(path, { userId: holder.userId })];
    },
  ],
  [
    'the folder moves from under the one where the role is held',
    async () => {
      const top = await newFolder();
      const below = await newFolder(top.Id);
      const holder = await inFolder(below.Id, top.Id);
      return [holder, () => admin.put(`/odata/Folders(${below.Id})/${NS}.MoveFolder`)];
    },
  ],
  [
    'the user leaves the group',
    async () => {
      const holder = await byGroup();
      const body = { partitionGlobalId: organizationId, directoryUserIDsToRemove: [holder.identity] };
      return [holder, () => admin.put(`/identity/api/Group/${holder.groupId}`, body)];
    },
  ],
  [
    'the group is deleted',
    async () => {
      const holder = await byGroup();
      return [holder, () => admin.delete(`/identity/api/Group/${organizationId}/${holder.groupId}`)];
    },
  ],
  [
    'the tenant admits the group no more',
    async () => {
      const holder = await byGroup();
      return [holder, () => admin.delete(`/odata/Users(${holder.userId})`)];
    },
  ],
];

const soon = ({ use }: Pick<Holder, 'use'>, isThere: (answer: Answer) => boolean): Promise<unknown> =>
  until('another answer', async () => isThere(await use()), SOON_MS);

describe('a right that is taken is gone at once where', () => {
  for (const [how, prepare] of taken)
    it(how, async () => {
      const [holder, take] = await prepare();
      assert.equal((await holder.use()).status, 200);
      await ok(take());
      await soon(holder, ({ status }) => status !== 200);
    });
});

describe('a right that is given is there at once where', () => {
  it('a role gets the permission', async () => {
    const holder = await inFolder();
    const use = (): Promise<Answer> => holder.caller.in(holder.folderId).get('/odata/Jobs');
    assert.equal((await use()).status, 403);
    const permissions = ['Queues.View', 'Jobs.View'].map((Name) => ({ Name, IsGranted: true }));
    await ok(
      admin.put(`/odata/Roles(${holder.roleId})`, { Name: holder.roleName, Permissions: permissions }),
    );
    await soon({ ...holder, use }, ({ status }) => status === 200);
  });
  it('a user gets a role in a folder', async () => {
    const role = await newRole('Folder', 'Queues.View');
    const caller = await server.user();
    const use = (): Promise<Answer> => caller.in(folder.id).get('/odata/QueueDefinitions');
    const holder = {
      caller,
      userId: caller.userId!,
      roleId: role.Id,
      roleName: role.Name,
      folderId: folder.id,
      use,
    };
    assert.notEqual((await use()).status, 200);
    await ok(assign(holder.userId, folder.id, [role.Id]));
    await soon(holder, ({ status }) => status === 200);
  });
});
