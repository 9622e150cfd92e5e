import { writePackage } from '@baton/nupkg/write';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  started,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { publishSample } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import { abandonItems } from '../apps/server/src/orchestrator/queues/transactions/abandon-items.ts';
import {
  account,
  add,
  admin,
  attached,
  begin,
  db,
  end,
  fail,
  fill,
  folder,
  here,
  host,
  linkToJob,
  NS,
  named,
  newAsset,
  newAttachment,
  newBucket,
  newFolder,
  newMachine,
  newQueue,
  newRole,
  newUser,
  ok,
  putFile,
  release,
  rowsOf,
  running,
  SVC,
  server,
  set,
  start,
  stop,
  uploadLibrary,
} from './events-kit.fixture.ts';

/** What must be there before, and then what writes the event. */
export interface Cause {
  readonly prepare: () => Promise<unknown>;
  readonly run: (made: unknown) => Promise<unknown>;
}
const cause = <T>(prepare: () => Promise<T>, run: (made: T) => Promise<unknown>): Cause => ({
  prepare,
  run: (made) => run(made as T),
});
const nothing = async (): Promise<void> => undefined;

export const CAUSES: Readonly<Record<string, Cause>> = {
  'asset.created': cause(nothing, newAsset),
  'asset.updated': cause(newAsset, (asset) =>
    ok(here.put(`/odata/Assets(${asset.Id})`, { ...asset, StringValue: 'y' })),
  ),
  'asset.deleted': cause(newAsset, ({ Id }) => ok(here.delete(`/odata/Assets(${Id})`))),
  'attachment.uploaded': cause(newAttachment, fill),
  'attachment.linked': cause(attached, linkToJob),
  'attachment.deleted': cause(attached, ({ Id }) => ok(here.delete(`/odata/Attachments(${Id})`))),
  'bucket.created': cause(nothing, () => newBucket()),
  'bucket.updated': cause(newBucket, (bucket) => ok(here.put(`/odata/Buckets(${bucket.Id})`, bucket))),
  'bucket.deleted': cause(newBucket, ({ Id }) => ok(here.delete(`/odata/Buckets(${Id})`))),
  'blobfile.uploaded': cause(newBucket, ({ Id }) => putFile(Id)),
  'blobfile.accessed': cause(
    async () => {
      const { Id } = await newBucket({ Options: 'AuditReadAccess' });
      await putFile(Id);
      return Id;
    },
    (id) => ok(here.get(`/odata/Buckets(${id})/${NS}.GetReadUri?path=x`)),
  ),
  'blobfile.deleted': cause(
    async () => {
      const { Id } = await newBucket();
      await putFile(Id);
      return Id;
    },
    (id) => ok(here.delete(`/odata/Buckets(${id})/${NS}.DeleteFile?path=x`)),
  ),
  'folder.created': cause(nothing, newFolder),
  'folder.updated': cause(newFolder, ({ Id, DisplayName }) =>
    ok(admin.put(`/odata/Folders(${Id})`, { DisplayName, Description: 'changed' })),
  ),
  'folder.moved': cause(
    async () => [await newFolder(), await newFolder()] as const,
    ([one, other]) => ok(admin.put(`/odata/Folders(${one.Id})/${NS}.MoveFolder?targetParentId=${other.Id}`)),
  ),
  'folder.deleted': cause(newFolder, ({ Id }) => ok(admin.delete(`/odata/Folders(${Id})`))),
  'folder.machinesAssigned': cause(newMachine, ({ Id }) =>
    ok(
      admin.post(`/odata/Folders/${NS}.AssignMachines`, {
        assignments: { MachineIds: [Id], FolderIds: [folder.id] },
      }),
    ),
  ),
  'folder.usersAssigned': cause(newUser, async (id) => {
    const { value } = await ok(admin.get("/odata/Roles?$filter=Name eq 'Automation User'"));
    const RolesPerFolder = [{ FolderId: folder.id, RoleIds: [value[0].Id] }];
    await ok(
      admin.post(`/odata/Folders/${NS}.AssignUsers`, { assignments: { UserIds: [id], RolesPerFolder } }),
    );
  }),
  'job.created': cause(nothing, () => started(here, release.Key)),
  'job.started': cause(
    async () => {
      const [job] = await started(here, release.Key);
      return (await host.orders()).find(({ key }) => key === job!.Key)!;
    },
    (order) => host.report(order, 'Running'),
  ),
  'job.completed': cause(running, ({ order }) => host.report(order, 'Successful')),
  'job.faulted': cause(running, ({ order }) => host.report(order, 'Faulted', { info: 'broken' })),
  'job.stopping': cause(running, ({ id }) => ok(stop(id, 'SoftStop'))),
  'job.terminating': cause(running, ({ id }) => ok(stop(id, 'Kill'))),
  'job.stopped': cause(running, async ({ id, order }) => {
    await ok(stop(id, 'Kill'));
    await host.report(order, 'Stopped');
  }),
  'machine.created': cause(nothing, newMachine),
  'machine.updated': cause(newMachine, (one) =>
    ok(admin.patch(`/odata/Machines(${one.Id})`, { Description: 'changed' })),
  ),
  'machine.deleted': cause(newMachine, ({ Id }) => ok(admin.delete(`/odata/Machines(${Id})`))),
  'machine.secretAdded': cause(newMachine, ({ LicenseKey }) =>
    ok(admin.post(`/api/clientsecrets/${LicenseKey}`)),
  ),
  'machine.secretDeleted': cause(
    async () => ok(admin.post(`/api/clientsecrets/${(await newMachine()).LicenseKey}`)),
    ({ id }) => ok(admin.delete(`/api/clientsecrets/${id}`)),
  ),
  'machine.joinCodeCreated': cause(newMachine, ({ LicenseKey }) =>
    ok(admin.post(`/api/joincodes/${LicenseKey}`, {})),
  ),
  'machine.joinCodeDeleted': cause(
    async () => ok(admin.post(`/api/joincodes/${(await newMachine()).LicenseKey}`, {})),
    ({ id }) => ok(admin.delete(`/api/joincodes/${id}`)),
  ),
  'machine.hostJoined': cause(
    async () => ok(admin.post(`/api/joincodes/${(await newMachine()).LicenseKey}`, {})),
    ({ code }) =>
      ok(
        server.anonymous.post('/api/RobotsService/Join', {
          code: code.slice(code.indexOf('.') + 1),
          hostMachineName: 'cellar-1',
          secretHash: 'a'.repeat(64),
        }),
      ),
  ),
  'package.uploaded': cause(nothing, () =>
    ok(publishSample(here, named('Package').replace(' ', ''), '1.0.0')),
  ),
  'package.updated': cause(
    async () => {
      const name = named('Silent').replace(' ', '');
      const files = [
        { path: 'main.mjs', content: 'console.log(1);' },
        { path: 'baton.json', content: JSON.stringify({ runtime: 'node', main: 'main.mjs' }) },
      ];
      const bytes = await writePackage({
        id: name,
        version: '1.0.0',
        files,
        entryPoints: [{ path: 'main.mjs' }],
      });
      await ok(
        admin.upload(`/odata/Processes/${NS}.UploadPackage`, { fileName: `${name}.1.0.0.nupkg`, bytes }),
      );
      return name;
    },
    (name) =>
      ok(
        admin.post(`/odata/Processes/${NS}.SetArguments`, {
          key: `${name}:1.0.0`,
          arguments: { Input: '[]', Output: '[]' },
        }),
      ),
  ),
  'package.deleted': cause(
    async () => {
      const name = named('Package').replace(' ', '');
      await ok(publishSample(here, name, '1.0.0'));
      return name;
    },
    (name) => ok(admin.delete(`/odata/Processes('${name}:1.0.0')`)),
  ),
  'library.uploaded': cause(nothing, () => ok(uploadLibrary(named('Library').replace(' ', '')))),
  'library.deleted': cause(
    async () => {
      const name = named('Library').replace(' ', '');
      await ok(uploadLibrary(name));
      return name;
    },
    (name) => ok(admin.delete(`/odata/Libraries('${name}:1.0.0')`)),
  ),
  'process.created': cause(nothing, () => addProcess(here, named('Process').replace(' ', ''))),
  'process.updated': cause(nothing, () =>
    ok(here.patch(`/odata/Releases(${release.Id})`, { Description: named('changed') })),
  ),
  'process.deleted': cause(
    () => addProcess(here, named('Process').replace(' ', '')),
    ({ Id }) => ok(here.delete(`/odata/Releases(${Id})`)),
  ),
  'queue.created': cause(nothing, () => newQueue()),
  'queue.updated': cause(newQueue, (queue) => ok(here.put(`/odata/QueueDefinitions(${queue.Id})`, queue))),
  'queue.deleted': cause(newQueue, ({ Id }) => ok(here.delete(`/odata/QueueDefinitions(${Id})`))),
  'queueItem.added': cause(newQueue, ({ Name }) => add(Name)),
  'queueItem.transactionStarted': cause(
    async () => {
      const { Name } = await newQueue();
      await add(Name);
      return Name;
    },
    (name) => ok(start(name)),
  ),
  'queueItem.transactionCompleted': cause(
    async () => begin((await newQueue()).Name),
    ({ Id }) => ok(end(Id, { IsSuccessful: true })),
  ),
  'queueItem.transactionFailed': cause(
    async () => begin((await newQueue()).Name),
    ({ Id }) => ok(fail(Id)),
  ),
  'queueItem.retried': cause(
    async () => begin((await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 })).Name),
    ({ Id }) => ok(fail(Id, { Type: 'ApplicationException' })),
  ),
  'queueItem.deferred': cause(
    async () => begin((await newQueue()).Name),
    ({ Id }) =>
      ok(end(Id, { IsSuccessful: false, DeferDate: new Date(Date.now() + 3_600_000).toISOString() })),
  ),
  'queueItem.transactionAbandoned': cause(
    async () => {
      const { Id } = await begin((await newQueue()).Name);
      await set(`update queue_items set start_processing = now() - interval '2 days' where id = $1`, Id);
    },
    () => abandonItems(db),
  ),
  'queueItem.updated': cause(
    async () => begin((await newQueue()).Name),
    ({ Id }) => ok(here.post(`/odata/QueueItems(${Id})/${SVC}.SetTransactionProgress`, { progress: 'half' })),
  ),
  'queueItem.deleted': cause(
    async () => add((await newQueue()).Name),
    ({ Id }) => ok(here.delete(`/odata/QueueItems(${Id})`)),
  ),
  'queueItem.reviewStatusChanged': cause(
    async () => {
      const { Id } = await begin((await newQueue()).Name);
      await ok(fail(Id));
      return Id;
    },
    async (id) =>
      ok(
        here.post(`/odata/QueueItems/${SVC}.SetItemReviewStatus`, {
          status: 'Verified',
          queueItems: await rowsOf(id),
        }),
      ),
  ),
  'queueItemComment.created': cause(
    async () => add((await newQueue()).Name),
    ({ Id }) => ok(here.post('/odata/QueueItemComments', { QueueItemId: Id, Text: 'x' })),
  ),
  'queueItemComment.updated': cause(
    async () =>
      ok(
        here.post('/odata/QueueItemComments', {
          QueueItemId: (await add((await newQueue()).Name)).Id,
          Text: 'x',
        }),
      ),
    ({ Id, QueueItemId }) => ok(here.put(`/odata/QueueItemComments(${Id})`, { QueueItemId, Text: 'y' })),
  ),
  'queueItemComment.deleted': cause(
    async () =>
      ok(
        here.post('/odata/QueueItemComments', {
          QueueItemId: (await add((await newQueue()).Name)).Id,
          Text: 'x',
        }),
      ),
    ({ Id }) => ok(here.delete(`/odata/QueueItemComments(${Id})`)),
  ),
  'robot.created': cause(newUser, (id) =>
    ok(admin.patch(`/odata/Users(${id})`, { MayHaveUnattendedSession: true })),
  ),
  'robot.updated': cause(nothing, () =>
    ok(admin.patch(`/odata/Robots(${account.robotId})`, { Description: named('changed') })),
  ),
  'robot.deleted': cause(
    async () => {
      const made = await addAccount(server);
      await ok(admin.patch(`/odata/Users(${made.userId})`, { MayHaveUnattendedSession: false }));
      return made;
    },
    ({ robotId }) => ok(admin.delete(`/odata/Robots(${robotId})`)),
  ),
  'robot.status': cause(
    () => addMachine(server),
    (kit) => connect(kit),
  ),
  'role.created': cause(nothing, newRole),
  'role.updated': cause(newRole, ({ Id, Name }) =>
    ok(admin.put(`/odata/Roles(${Id})`, { Name, Groups: 'x' })),
  ),
  'role.deleted': cause(newRole, ({ Id }) => ok(admin.delete(`/odata/Roles(${Id})`))),
  'role.usersSet': cause(
    async () => ({ role: await newRole(), userId: await newUser() }),
    ({ role, userId }) =>
      ok(
        admin.post(`/odata/Roles(${role.Id})/${NS}.SetUsers`, { addedUserIds: [userId], removedUserIds: [] }),
      ),
  ),
  'session.maintenance': cause(nothing, async () => {
    const other = await addMachine(server);
    await connect(other);
    const { value } = await ok(admin.get(`/odata/Sessions?$filter=MachineId eq ${other.id}`));
    await ok(
      admin.post(`/odata/Sessions/${NS}.SetMaintenanceMode`, {
        sessionId: value[0].Id,
        maintenanceMode: 'Enabled',
      }),
    );
  }),
  'session.debugMode': cause(
    async () => {
      const other = await addMachine(server);
      await connect(other);
      const { value } = await ok(admin.get(`/odata/Sessions?$filter=MachineId eq ${other.id}`));
      return value[0].Id as number;
    },
    (id) => ok(admin.post(`/odata/Sessions(${id})/${NS}.ToggleMachineSessionDebugMode`, { enabled: true })),
  ),
  'session.deleted': cause(
    async () => {
      const other = await addMachine(server);
      await connect(other);
      await set(
        "update sessions set responsive_until = now() - interval '1 day' where machine_id = $1",
        other.id,
      );
      const { value } = await ok(admin.get(`/odata/Sessions?$filter=MachineId eq ${other.id}`));
      return value[0].Id as number;
    },
    (id) => ok(admin.post(`/odata/Sessions/${NS}.DeleteInactiveUnattendedSessions`, { sessionIds: [id] })),
  ),
  'user.created': cause(nothing, () =>
    ok(admin.post('/odata/Users', { UserName: named('user'), Type: 'User', RolesList: [] })),
  ),
  'user.updated': cause(newUser, (id) =>
    ok(admin.patch(`/odata/Users(${id})`, { MayHaveUserSession: false })),
  ),
  'user.deleted': cause(newUser, (id) => ok(admin.delete(`/odata/Users(${id})`))),
};
