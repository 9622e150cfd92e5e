import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { untilWaiting } from '../apps/server/src/kernel/db/test-database.ts';
import {
  addAccount,
  addMachine,
  addProcess,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { publishSample } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import { type Answer, callerWith, testServer } from '../apps/server/src/server.fixture.ts';

// Deleting against using, one after the other by locks and not by luck: the call under test waits for a
// transaction that has deleted what it needs, or has begun to use what it deletes. Whichever comes second is
// told what is gone, or what holds it; never a 500.
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const { db } = server;
const ODATA = 'UiPath.Server.Configuration.OData';
let names = 0;
const name = (): string => `thing-${++names}`;

async function made(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body, text } = await answer;
  assert.ok(status === 200 || status === 201, text);
  return body;
}
const newFolder = async (): Promise<number> =>
  (
    await made(
      server.admin.post('/odata/Folders', {
        DisplayName: name(),
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
      }),
    )
  ).Id;
const queue = (folder: number, more: object = {}) =>
  admin.in(folder).post('/odata/QueueDefinitions', { Name: name(), ...more });
const asset = (folder: number, more: object = {}) =>
  admin.in(folder).post('/odata/Assets', {
    Name: name(),
    ValueScope: 'Global',
    ValueType: 'Text',
    StringValue: 'x',
    ...more,
  });
const bucket = (folder: number) =>
  admin.in(folder).post('/odata/Buckets', { Name: name(), Identifier: randomUUID() });
const here = server.folder.id;
const shared = {
  queue: (await made(queue(here))).Id,
  asset: (await made(asset(here))).Id,
  bucket: (await made(bucket(here))).Id,
};
const role = (await db.first<{ id: number }>(sql`
  select id from roles where tenant_id = ${server.tenant.id} and name = 'Automation User'`))!.id;
const newRole = async (): Promise<number> =>
  (await db.first<{ id: number }>(sql`
    insert into roles (tenant_id, name, display_name, type) select ${server.tenant.id}, n, n, 0 from (select ${name()} as n) x
    returning id`))!.id;
const newUser = async (): Promise<number> => (await server.user()).userId!;
const newMachine = async (): Promise<number> =>
  (await made(server.admin.post('/odata/Machines', { Name: name(), Type: 'Template', UnattendedSlots: 1 })))
    .Id;
const newPackage = async (): Promise<string> => {
  const id = name();
  await made(publishSample(admin, id, '1.0.0'));
  return id;
};
const share = (set: string, member: string, id: number) => (folder: number) =>
  server.admin.post(`/odata/${set}/${ODATA}.ShareToFolders`, {
    [member]: [id],
    ToAddFolderIds: [folder],
    ToRemoveFolderIds: [],
  });
const assignUser = (user: number, folder: number, roleId: number) =>
  server.admin.post(`/odata/Folders/${ODATA}.AssignUsers`, {
    assignments: { UserIds: [user], RolesPerFolder: [{ FolderId: folder, RoleIds: [roleId] }] },
  });
const assignMachine = (machine: number, folder: number) =>
  server.admin.post(`/odata/Folders/${ODATA}.AssignMachines`, {
    assignments: { MachineIds: [machine], FolderIds: [folder] },
  });
const holder = await newUser();
const mixed = await newRole();
const { id: host } = await addMachine(server);
await addAccount(server);
const packageId = await newPackage();
const process = await addProcess(admin, name());

/**
 * Runs the call while a transaction has made its change and not committed yet, which it does
 * once the call waits for it.
 */
async function duringChange(change: string, call: () => Promise<Answer>): Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute({ text: change, values: [] });
    let isAnswered = false;
    answer = call().finally(() => (isAnswered = true));
    await untilWaiting(db, 1, () => isAnswered);
  });
  return answer!;
}

interface Use {
  readonly what: string;
  readonly table: string;
  readonly make: () => Promise<number>;
  readonly use: (id: number) => Promise<Answer>;
  /** In the answer. */
  readonly tells: RegExp;
}

const FOLDER = { table: 'folders', make: newFolder, tells: /^Folder does not exist/ } as const;
const USES: readonly Use[] = [
  { what: 'a queue in a folder', ...FOLDER, use: (id) => queue(id) },
  { what: 'an asset in a folder', ...FOLDER, use: (id) => asset(id) },
  { what: 'a bucket in a folder', ...FOLDER, use: (id) => bucket(id) },
  {
    what: 'a process in a folder',
    ...FOLDER,
    use: (id) =>
      admin.in(id).post('/odata/Releases', { Name: name(), ProcessKey: packageId, ProcessVersion: '1.0.0' }),
  },
  {
    what: 'a folder in a folder',
    ...FOLDER,
    use: (id) =>
      server.admin.post('/odata/Folders', {
        DisplayName: name(),
        ParentId: id,
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
      }),
  },
  { what: 'a user in a folder', ...FOLDER, use: (id) => assignUser(holder, id, role) },
  { what: 'a machine in a folder', ...FOLDER, use: (id) => assignMachine(host, id) },
  {
    what: 'a queue shared with a folder',
    ...FOLDER,
    use: share('QueueDefinitions', 'QueueIds', shared.queue),
  },
  { what: 'an asset shared with a folder', ...FOLDER, use: share('Assets', 'AssetIds', shared.asset) },
  { what: 'a bucket shared with a folder', ...FOLDER, use: share('Buckets', 'BucketIds', shared.bucket) },
  {
    what: 'a role of a folder for a user',
    table: 'users',
    make: newUser,
    use: (id) => assignUser(id, here, role),
    tells: /^User does not exist/,
  },
  {
    what: 'a role of the tenant for a user',
    table: 'users',
    make: newUser,
    use: (id) =>
      server.admin.post(`/odata/Roles(${mixed})/${ODATA}.SetUsers`, {
        addedUserIds: [id],
        removedUserIds: [],
      }),
    tells: /^User .*does not exist/,
  },
  {
    what: 'an asset for a user',
    table: 'users',
    make: newUser,
    use: (id) =>
      asset(here, {
        ValueScope: 'PerRobot',
        UserValues: [{ UserId: id, ValueType: 'Text', StringValue: 'x' }],
      }),
    tells: /User.*does not exist/,
  },
  {
    what: 'a role in a folder',
    table: 'roles',
    make: newRole,
    use: (id) => assignUser(holder, here, id),
    tells: /^Role does not exist/,
  },
  {
    what: 'a role in the tenant',
    table: 'roles',
    make: newRole,
    use: (id) =>
      server.admin.post(`/odata/Roles(${id})/${ODATA}.SetUsers`, {
        addedUserIds: [holder],
        removedUserIds: [],
      }),
    tells: /^Role does not exist/,
  },
  {
    what: 'the folder of a machine',
    table: 'machines',
    make: newMachine,
    use: (id) => assignMachine(id, here),
    tells: /^Machine does not exist/,
  },
  {
    what: 'a secret of a machine',
    table: 'machines',
    make: newMachine,
    use: async (id) => {
      const { body } = await server.admin.get(`/odata/Machines(${id})`);
      return server.admin.post(`/api/clientsecrets/${body.LicenseKey}`);
    },
    tells: /does not exist/,
  },
  {
    what: 'the machine of a robot',
    table: 'robots',
    make: async () => (await addAccount(server)).robotId,
    use: (id) =>
      server.admin.patch(`/odata/Machines(${host})`, { RobotUsers: [{ UserName: 'x', RobotId: id }] }),
    tells: /^Robot does not exist/,
  },
  {
    what: 'a job of a process',
    table: 'releases',
    make: async () => (await addProcess(admin, name())).Id,
    use: async (id) => {
      const { body } = await admin.get(`/odata/Releases(${id})`);
      return admin.post(`/odata/Jobs/${ODATA}.StartJobs`, {
        startInfo: { ReleaseKey: body.Key, InputArguments: '{"queue":"a"}' },
      });
    },
    tells: /AssociatedProcessNotFound/,
  },
  {
    what: 'the process of a queue',
    table: 'releases',
    make: async () => (await addProcess(admin, name())).Id,
    use: (id) => queue(here, { ReleaseId: id }),
    tells: /(Process|Release).*does not exist/,
  },
];

describe('using what is deleted at the moment', () => {
  for (const { what, table, make, use, tells } of USES) {
    it(what, async () => {
      const id = await make();
      const change = `delete from ${table} where id = ${id}`;
      const { status, body, text } = await duringChange(change, () => use(id));
      assert.ok(status === 404 || status === 400 || status === 409, text);
      assert.match(body.message, tells);
    });
  }
  it('a process of a package', async () => {
    const id = await newPackage();
    const change = `delete from packages where package_id = '${id}'`;
    const create = () =>
      admin.post('/odata/Releases', { Name: name(), ProcessKey: id, ProcessVersion: '1.0.0' });
    const { status, text } = await duringChange(change, create);
    assert.deepEqual([status, /Package|Entry point/.test(text)], [404, true], text);
  });
});

/** What somebody begins to use, and the deletion of it that waits. */
const HOLDS: readonly {
  readonly what: string;
  readonly make: () => Promise<number>;
  readonly holds: (id: number) => string;
  readonly path: (id: number) => string;
  readonly status: number;
  readonly tells?: RegExp;
}[] = [
  ...['queue_definitions', 'queue_folders', 'asset_folders', 'bucket_folders', 'releases', 'folders'].map(
    (table) => ({
      what: `a folder that gets a row in ${table}`,
      make: newFolder,
      holds: (id: number) => rowOf(table, id),
      path: (id: number) => `/odata/Folders(${id})`,
      status: 409,
      tells: /still has/,
    }),
  ),
  {
    what: 'a folder that gets a user',
    make: newFolder,
    holds: (id) => `insert into folder_users values (${id}, ${holder}, ${role})`,
    path: (id) => `/odata/Folders(${id})`,
    status: 409,
    tells: /users/,
  },
  {
    what: 'a role that is given in a folder',
    make: newRole,
    holds: (id) => `insert into folder_users values (${here}, ${holder}, ${id})`,
    path: (id) => `/odata/Roles(${id})`,
    status: 409,
    tells: /held/,
  },
  {
    what: 'a role that is given in the tenant',
    make: newRole,
    holds: (id) => `insert into user_roles values (${holder}, ${id})`,
    path: (id) => `/odata/Roles(${id})`,
    status: 409,
    tells: /held/,
  },
  {
    what: 'a user who gets a role goes with it',
    make: newUser,
    holds: (id) => `insert into folder_users values (${here}, ${id}, ${role})`,
    path: (id) => `/odata/Users(${id})`,
    status: 204,
  },
  {
    what: 'a machine that gets a folder goes with it',
    make: newMachine,
    holds: (id) => `insert into folder_machines values (${here}, ${id})`,
    path: (id) => `/odata/Machines(${id})`,
    status: 204,
  },
];

function rowOf(table: string, folder: number): string {
  const copies: Record<string, string> = {
    queue_definitions: `insert into queue_definitions (tenant_id, folder_id, name) values (${server.tenant.id}, ${folder}, '${name()}')`,
    queue_folders: `insert into queue_folders select id, ${folder}, name from queue_definitions where id = ${shared.queue}`,
    asset_folders: `insert into asset_folders (asset_id, folder_id, name) select id, ${folder}, name from assets where id = ${shared.asset}`,
    bucket_folders: `insert into bucket_folders (bucket_id, folder_id, name) select id, ${folder}, name from buckets where id = ${shared.bucket}`,
    releases: `insert into releases (tenant_id, folder_id, name, process_key, process_version, feed_id, package_row_id)
      select tenant_id, ${folder}, '${name()}', process_key, process_version, feed_id, package_row_id from releases where id = ${process.Id}`,
    folders: `insert into folders (tenant_id, parent_id, display_name, path, ancestors)
      select tenant_id, id, 'Below', path || '/Below', array[id] from folders where id = ${folder}`,
  };
  return copies[table]!;
}

describe('deleting what is being used at the moment', () => {
  for (const { what, make, holds, path, status, tells } of HOLDS) {
    it(what, async () => {
      const id = await make();
      const answer = await duringChange(holds(id), () => server.admin.delete(path(id)));
      assert.equal(answer.status, status, answer.text);
      if (tells) assert.match(answer.body.message, tells);
    });
  }
  it('a package that a process is made of', async () => {
    const id = await newPackage();
    const makes = `
      insert into releases (tenant_id, folder_id, name, process_key, process_version, feed_id, package_row_id)
      select tenant_id, ${here}, '${name()}', package_id, version, feed_id, id from packages where package_id = '${id}'`;
    const remove = () => admin.delete(`/odata/Processes('${encodeURIComponent(`${id}:1.0.0`)}')`);
    const { status, text } = await duringChange(makes, remove);
    assert.deepEqual([status, /used by a process/.test(text)], [409, true], text);
  });
});

it('says it in the words of Identity and of SCIM too', async () => {
  const partitionGlobalId = server.organizationId;
  const newGroup = () => made(server.admin.post('/identity/api/Group', { partitionGlobalId, name: name() }));
  const person = (await db.first<{ id: string }>(sql`
    select directory_identifier as id from users where id = ${holder}`))!.id;
  const group = await newGroup();
  const add = () =>
    server.admin.put(`/identity/api/Group/${group.id}`, {
      partitionGlobalId,
      name: group.name,
      directoryUserIDsToAdd: [person],
    });
  const gone = await duringChange(`delete from identity_groups where id = '${group.id}'`, add);
  assert.deepEqual([gone.status, gone.body.status], [404, 404], gone.text);

  const { token } = await made(
    server.admin.post('/identity/api/ScimToken', { partitionGlobalId, name: 'x' }),
  );
  const directory = callerWith(server.url, token);
  const { id } = (await db.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name) values (${partitionGlobalId}, ${name()}) returning id`))!;
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const join = () =>
    directory.send('POST', '/identity/scim/v2/Groups', {
      headers: { 'content-type': 'application/scim+json' },
      body: JSON.stringify({ schemas, displayName: name(), members: [{ value: id }] }),
    });
  const refused = await duringChange(`delete from identity_users where id = '${id}'`, join);
  assert.ok(refused.status === 400 || refused.status === 404, refused.text);
});
