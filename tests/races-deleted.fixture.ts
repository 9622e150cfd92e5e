import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { addProcess } from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { publishSample } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race, type World } from './races.fixture.ts';

// Deleting against using, by luck and on two servers; one after the other by
// locks: deleted-meanwhile.test.ts.
const NS = 'UiPath.Server.Configuration.OData';
const newName = (): string => `thing-${randomUUID()}`;

async function made(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body, text } = await answer;
  assert.ok(status === 200 || status === 201, text);
  return body;
}

const atTenant = ({ nodes: [a] }: World): Caller => a.in(undefined);
const newFolder = async (world: World): Promise<number> =>
  (
    await made(
      atTenant(world).post('/odata/Folders', {
        DisplayName: newName(),
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
      }),
    )
  ).Id;
const newUser = async (world: World): Promise<number> =>
  (await made(atTenant(world).post('/odata/Users', { UserName: newName(), Type: 'DirectoryRobot' }))).Id;
const newRole = async (world: World, Type: string): Promise<number> =>
  (await made(atTenant(world).post('/odata/Roles', { Name: newName(), Type, Permissions: [] }))).Id;
const newMachine = async (world: World): Promise<{ readonly Id: number; readonly LicenseKey: string }> =>
  made(atTenant(world).post('/odata/Machines', { Name: newName(), Type: 'Template', UnattendedSlots: 1 }));
const newQueue = async ({ nodes: [a] }: World): Promise<number> =>
  (await made(a.post('/odata/QueueDefinitions', { Name: newName() }))).Id;
const newAsset = async ({ nodes: [a] }: World): Promise<number> => (await made(asset(a, {}))).Id;
const newBucket = async ({ nodes: [a] }: World): Promise<number> =>
  (await made(a.post('/odata/Buckets', { Name: newName(), Identifier: randomUUID() }))).Id;
const newPackage = async ({ nodes: [a] }: World): Promise<string> => {
  const id = newName();
  await made(publishSample(a, id, '1.0.0'));
  return id;
};

const asset = (node: Caller, more: object): Promise<Answer> =>
  node.post('/odata/Assets', {
    Name: newName(),
    ValueScope: 'Global',
    ValueType: 'Text',
    StringValue: 'x',
    ...more,
  });
const assignUser = (node: Caller, user: number, folder: number, role: number): Promise<Answer> =>
  node.in(undefined).post(`/odata/Folders/${NS}.AssignUsers`, {
    assignments: { UserIds: [user], RolesPerFolder: [{ FolderId: folder, RoleIds: [role] }] },
  });
const assignMachine = (node: Caller, machine: number, folder: number): Promise<Answer> =>
  node.in(undefined).post(`/odata/Folders/${NS}.AssignMachines`, {
    assignments: { MachineIds: [machine], FolderIds: [folder] },
  });
const setRole = (node: Caller, role: number, user: number): Promise<Answer> =>
  node
    .in(undefined)
    .post(`/odata/Roles(${role})/${NS}.SetUsers`, { addedUserIds: [user], removedUserIds: [] });
const share = (node: Caller, set: string, member: string, id: number, folder: number): Promise<Answer> =>
  node.in(undefined).post(`/odata/${set}/${NS}.ShareToFolders`, {
    [member]: [id],
    ToAddFolderIds: [folder],
    ToRemoveFolderIds: [],
  });
const release = (node: Caller, packageId: string): Promise<Answer> =>
  node.post('/odata/Releases', { Name: newName(), ProcessKey: packageId, ProcessVersion: '1.0.0' });

interface Pair<Things> {
  readonly what: string;
  readonly prepare: (world: World) => Promise<Things>;
  readonly remove: (node: Caller, things: Things) => Promise<Answer>;
  readonly use: (node: Caller, things: Things) => Promise<Answer>;
  /** The row that is deleted. */
  readonly row: (things: Things) => readonly [table: string, column: string, value: string | number];
  /** What uses it goes with it: a role that somebody holds, and not a queue. */
  readonly goesWithIt?: true;
}

const pair = <Things>({ what, prepare, remove, use, row, goesWithIt }: Pair<Things>): Race =>
  race({
    name: what,
    often: 0.7,
    prepare,
    calls: (things, [a, b]) => [() => remove(a, things), () => use(b, things), () => use(a, things)],
    async check(things, [removed, ...used], { db }) {
      const [table, column, value] = row(things);
      const isThere =
        (await db.first(sql`select from ${raw(table)} where ${raw(column)} = ${value}`)) !== undefined;
      const isRemoved = removed!.status === 204;
      const isUsed = used.some(({ status }) => status < 300);
      const refusals = [removed!, ...used].filter(({ status }) => status >= 300);
      return [
        ...(isThere === isRemoved
          ? [`it is ${isThere ? 'there' : 'gone'}: ${removed!.status} ${removed!.text}`]
          : []),
        ...(isUsed && !isThere && !goesWithIt ? ['what is gone is used'] : []),
        // Where nobody had begun to use it, nothing holds it.
        ...(isUsed || isRemoved
          ? []
          : [`nobody got it: ${[removed!, ...used].map(({ text }) => text).join(' ')}`]),
        ...refusals
          .filter(({ status, text }) => ![400, 404, 409].includes(status) || !TELLS.test(text))
          .map(({ status, text }) => `refused with ${status} ${text}`),
      ];
    },
  });

/** A refusal says what is gone, or what holds it. */
const TELLS =
  /does not exist|not one of this tenant|not found|NotFound|still|held|used|needed|in use|not ended|unknown/i;

const folderOf = (folder: number) => ['folders', 'id', folder] as const;
const deleteFolder = (node: Caller, folder: number): Promise<Answer> =>
  node.in(undefined).delete(`/odata/Folders(${folder})`);

/** What is used in the folder, or shared with it, and the thing that is made for that beforehand. */
function inFolder<Thing>(
  what: string,
  prepare: (world: World) => Promise<Thing>,
  use: (node: Caller, thing: Thing, folder: number) => Promise<Answer>,
  more: { readonly goesWithIt?: true } = {},
): Race {
  return pair({
    what: `${what} a folder that is deleted`,
    prepare: async (world) => ({ folder: await newFolder(world), thing: await prepare(world) }),
    remove: (node, { folder }) => deleteFolder(node, folder),
    use: (node, { folder, thing }) => use(node, thing, folder),
    row: ({ folder }) => folderOf(folder),
    ...more,
  });
}

/** Jobs are started where a machine and an account could run them. */
async function runsJobs(world: World): Promise<void> {
  const { nodes, folder } = world;
  await assignMachine(nodes[0], (await newMachine(world)).Id, folder.id);
  const account = { UserName: newName(), Type: 'DirectoryRobot', MayHaveUnattendedSession: true };
  const user = (await made(atTenant(world).post('/odata/Users', account))).Id;
  const { value } = await made(atTenant(world).get("/odata/Roles?$filter=Name eq 'Automation User'"));
  await assignUser(nodes[0], user, folder.id, value[0].Id);
}

/** A role of folders, a user, a folder and a machine: what assignments bring together. */
const assignment = async (world: World) => ({
  role: await newRole(world, 'Folder'),
  user: await newUser(world),
  folder: await newFolder(world),
});

export const DELETED_RACES: readonly Race[] = [
  inFolder('a process is made in', newPackage, (node, id, folder) => release(node.in(folder), id)),
  inFolder(
    'a folder is made in',
    async () => undefined,
    (node, _, ParentId) =>
      node.in(undefined).post('/odata/Folders', {
        DisplayName: newName(),
        ParentId,
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
      }),
    // Empty folders go with the one above.
    { goesWithIt: true },
  ),
  inFolder(
    'a user is assigned to',
    async (world) => ({ user: await newUser(world), role: await newRole(world, 'Folder') }),
    (node, { user, role }, folder) => assignUser(node, user, folder, role),
  ),
  inFolder(
    'a machine is assigned to',
    async (world) => (await newMachine(world)).Id,
    (node, machine, folder) => assignMachine(node, machine, folder),
    { goesWithIt: true },
  ),
  inFolder('a queue is shared with', newQueue, (node, id, folder) =>
    share(node, 'QueueDefinitions', 'QueueIds', id, folder),
  ),
  inFolder('an asset is shared with', newAsset, (node, id, folder) =>
    share(node, 'Assets', 'AssetIds', id, folder),
  ),
  inFolder('a bucket is shared with', newBucket, (node, id, folder) =>
    share(node, 'Buckets', 'BucketIds', id, folder),
  ),
  pair({
    what: 'a queue that is deleted is shared with a folder',
    prepare: async (world) => ({ id: await newQueue(world), folder: await newFolder(world) }),
    remove: (node, { id }) => node.delete(`/odata/QueueDefinitions(${id})`),
    use: (node, { id, folder }) => share(node, 'QueueDefinitions', 'QueueIds', id, folder),
    row: ({ id }) => ['queue_definitions', 'id', id],
    goesWithIt: true,
  }),
  pair({
    what: 'an asset that is deleted is shared with a folder',
    prepare: async (world) => ({ id: await newAsset(world), folder: await newFolder(world) }),
    remove: (node, { id }) => node.delete(`/odata/Assets(${id})`),
    use: (node, { id, folder }) => share(node, 'Assets', 'AssetIds', id, folder),
    row: ({ id }) => ['assets', 'id', id],
    goesWithIt: true,
  }),
  pair({
    what: 'a bucket that is deleted is shared with a folder',
    prepare: async (world) => ({ id: await newBucket(world), folder: await newFolder(world) }),
    remove: (node, { id }) => node.delete(`/odata/Buckets(${id})`),
    use: (node, { id, folder }) => share(node, 'Buckets', 'BucketIds', id, folder),
    row: ({ id }) => ['buckets', 'id', id],
    goesWithIt: true,
  }),
  pair({
    what: 'a user who is deleted is assigned to a folder',
    prepare: assignment,
    remove: (node, { user }) => node.in(undefined).delete(`/odata/Users(${user})`),
    use: (node, { user, folder, role }) => assignUser(node, user, folder, role),
    row: ({ user }) => ['users', 'id', user],
    goesWithIt: true,
  }),
  pair({
    what: 'a user who is deleted gets a role in the tenant',
    prepare: async (world) => ({ user: await newUser(world), role: await newRole(world, 'Tenant') }),
    remove: (node, { user }) => node.in(undefined).delete(`/odata/Users(${user})`),
    use: (node, { user, role }) => setRole(node, role, user),
    row: ({ user }) => ['users', 'id', user],
    goesWithIt: true,
  }),
  pair({
    what: 'a user who is deleted gets a value of an asset',
    prepare: newUser,
    remove: (node, user) => node.in(undefined).delete(`/odata/Users(${user})`),
    use: (node, UserId) =>
      asset(node, {
        ValueScope: 'PerRobot',
        UserValues: [{ UserId, ValueType: 'Text', StringValue: 'x' }],
      }),
    row: (user) => ['users', 'id', user],
    goesWithIt: true,
  }),
  pair({
    what: 'a role that is deleted is given in a folder',
    prepare: assignment,
    remove: (node, { role }) => node.in(undefined).delete(`/odata/Roles(${role})`),
    use: (node, { user, folder, role }) => assignUser(node, user, folder, role),
    row: ({ role }) => ['roles', 'id', role],
  }),
  pair({
    what: 'a role that is deleted is given in the tenant',
    prepare: async (world) => ({ user: await newUser(world), role: await newRole(world, 'Tenant') }),
    remove: (node, { role }) => node.in(undefined).delete(`/odata/Roles(${role})`),
    use: (node, { user, role }) => setRole(node, role, user),
    row: ({ role }) => ['roles', 'id', role],
  }),
  pair({
    what: 'a machine that is deleted is assigned to a folder',
    prepare: async (world) => ({ machine: (await newMachine(world)).Id, folder: await newFolder(world) }),
    remove: (node, { machine }) => node.in(undefined).delete(`/odata/Machines(${machine})`),
    use: (node, { machine, folder }) => assignMachine(node, machine, folder),
    row: ({ machine }) => ['machines', 'id', machine],
    goesWithIt: true,
  }),
  pair({
    what: 'a machine that is deleted gets a secret',
    prepare: newMachine,
    remove: (node, { Id }) => node.in(undefined).delete(`/odata/Machines(${Id})`),
    use: (node, { LicenseKey }) => node.in(undefined).post(`/api/clientsecrets/${LicenseKey}`),
    row: ({ Id }) => ['machines', 'id', Id],
    goesWithIt: true,
  }),
  pair({
    what: 'a package that is deleted becomes a process',
    prepare: newPackage,
    remove: (node, id) => node.delete(`/odata/Processes('${encodeURIComponent(`${id}:1.0.0`)}')`),
    use: (node, id) => release(node, id),
    row: (id) => ['packages', 'package_id', id],
  }),
  pair({
    what: 'a process that is deleted gets a job',
    async prepare(world) {
      const [a] = world.nodes;
      await runsJobs(world);
      return addProcess(a, newName());
    },
    remove: (node, { Id }) => node.delete(`/odata/Releases(${Id})`),
    use: (node, { Key }) =>
      node.post(`/odata/Jobs/${NS}.StartJobs`, {
        startInfo: { ReleaseKey: Key, InputArguments: '{"queue":"a"}' },
      }),
    row: ({ Id }) => ['releases', 'id', Id],
  }),
  pair({
    what: 'a process that is deleted works on a queue',
    prepare: ({ nodes: [a] }) => addProcess(a, newName()),
    remove: (node, { Id }) => node.delete(`/odata/Releases(${Id})`),
    use: (node, { Id: ReleaseId }) => node.post('/odata/QueueDefinitions', { Name: newName(), ReleaseId }),
    row: ({ Id }) => ['releases', 'id', Id],
    goesWithIt: true,
  }),
];
