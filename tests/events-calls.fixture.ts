import { randomUUID } from 'node:crypto';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  started,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { publishSample } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import {
  account,
  add,
  admin,
  attached,
  begin,
  fail,
  fill,
  folder,
  here,
  host,
  NS,
  named,
  newAsset,
  newAttachment,
  newBucket,
  newFolder,
  newMachine,
  newQueue,
  newUser,
  ok,
  putFile,
  release,
  rowsOf,
  running,
  SVC,
  server,
} from './events-kit.fixture.ts';
import { selfSigned } from './self-signed.fixture.ts';

const IDENTITY = '/identity/api';
const { organizationId: partitionGlobalId } = server;
const text = (kind: string): string => named(kind).replace(' ', '');
const second = await newFolder();
const toSecond = { ToAddFolderIds: [second.Id], ToRemoveFolderIds: [] };
const outOfFirst = { ToAddFolderIds: [], ToRemoveFolderIds: [folder.id] };
const odata = (set: string, action: string, body?: object, by: Caller = here): Promise<Answer['body']> =>
  ok(by.post(`/odata/${set}/${NS}.${action}`, body));
const service = (set: string, action: string, body: object): Promise<Answer['body']> =>
  ok(here.post(`/odata/${set}/${SVC}.${action}`, body));
const roleCalled = async (name: string): Promise<number> =>
  (await ok(admin.get(`/odata/Roles?$filter=Name eq '${name}'`))).value[0].Id;

/** A process whose package has a second version, which it does not follow. */
async function twoVersions(): Promise<{ Id: number; Key: string; Name: string }> {
  const name = text('Versions');
  const made = await addProcess(here, name);
  await ok(publishSample(here, name, '1.0.1'));
  return { ...made, Name: name };
}
const latest = async (): Promise<{ Id: number; Key: string }> => {
  const made = await twoVersions();
  await odata(`Releases(${made.Id})`, 'UpdateToLatestPackageVersion');
  return made;
};
const toNext = { packageVersion: '1.0.1' };

/** What tests/events-causes.fixture.ts does not call, or not in each of its ways. */
export const OTHER_CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  async 'assets, shared and for robots'() {
    const { Id, Name } = await newAsset();
    const robotAsset = { Name, ValueType: 'Text', StringValue: 'z' };
    await odata('Assets', 'SetRobotAssetByRobotKey', { robotKey: account.robotKey, robotAsset });
    await odata('Assets', 'ShareToFolders', { AssetIds: [Id], ...toSecond });
    const out = { ToAddFolderIds: [], ToRemoveFolderIds: [folder.id, second.Id] };
    await odata('Assets', 'ShareToFolders', { AssetIds: [Id], ...out });
  },
  async 'a job that faults and is run again'() {
    const { order } = await running({ MaxNumberOfRetries: 1 });
    await host.report(order, 'Faulted', { info: 'broken' });
  },
  async 'buckets, shared and listed with addresses'() {
    const { Id } = await newBucket({ Options: 'AuditReadAccess' });
    await putFile(Id);
    await ok(here.get(`/api/Buckets/${Id}/ListFiles?expiryInMinutes=5`));
    await odata('Buckets', 'ShareToFolders', { BucketIds: [Id], ...toSecond });
    await odata('Buckets', 'ShareToFolders', { BucketIds: [Id], ...outOfFirst });
  },
  async 'files of jobs'() {
    const kit = await addMachine(server, { slots: 20 });
    const host = await connect(kit);
    const { Id: InputFile } = await attached();
    const [job] = await started(here, release.Key, { InputFile, InputArguments: undefined });
    await fill(await newAttachment({ JobKey: job!.Key, AttachmentCategory: 'Evidence' }), 'image/png');
    await odata('ExecutionMedia', 'DeleteMediaByJobId', { jobId: job!.Id });
    const order = (await host.orders()).find(({ key }) => key === job!.Key);
    if (!order) throw new Error('The host did not get the job.');
    await host.report(order, 'Running');
    const form = new FormData();
    form.append('jobKey', order.key);
    form.append('robotKey', order.job.robotKey!);
    form.append('file', new Blob(['x']), 'screen.png');
    await ok(kit.caller.send('POST', '/api/RobotsService/UploadScreenshot', { body: form }));
    const known = { jobKey: order.key, executionId: order.executionId };
    const file = { id: randomUUID(), name: 'a.txt', category: 'Artifact' };
    await ok(kit.caller.post('/api/RobotsService/AddJobFile', { ...known, ...file }));
    await host.report(order, 'Successful', { outputArguments: JSON.stringify({ a: 'x'.repeat(20_000) }) });
    await odata('Jobs', 'RestartJob', { jobId: job!.Id });
  },
  async 'folders and who is in them'() {
    const { Id, Key } = await newFolder();
    await ok(admin.patch(`/api/Folders/PatchNameDescription?key=${Key}`, { name: named('Renamed') }));
    const roles = [{ FolderId: Id, RoleIds: [await roleCalled('Automation User')] }];
    const person = async (action: string): Promise<void> => {
      const UserName = text('person');
      const id = randomUUID();
      await ok(admin.post(`${IDENTITY}/User`, { partitionGlobalId, id, userName: UserName }));
      const known = { Domain: 'autogen', UserName, DirectoryIdentifier: id, UserType: 'DirectoryUser' };
      await odata('Folders', action, { assignment: { ...known, RolesPerFolder: roles } }, admin);
      const robotName = text('robot');
      const body = { partitionGlobalId, name: robotName };
      const made = await ok(admin.post(`${IDENTITY}/RobotAccount`, body));
      const robot = { Domain: 'autogen', UserName: robotName, UserType: 'DirectoryRobot' };
      const assignment = { ...robot, DirectoryIdentifier: made.id, RolesPerFolder: roles };
      await odata('Folders', action, { assignment }, admin);
    };
    await person('AssignDomainUser');
    await person('AssignDirectoryUser');
    const [one, other] = [await newUser(), await newUser()];
    const RolesPerFolder = roles;
    await odata('Folders', 'AssignUsers', { assignments: { UserIds: [one, other], RolesPerFolder } }, admin);
    await odata(`Folders(${Id})`, 'RemoveUserFromFolder', { userId: one }, admin);
    const { Key: userKey } = await ok(admin.get(`/odata/Users(${other})`));
    await odata(`Folders(${Id})`, 'RemoveUserFromFolderByKey', { userKey }, admin);
    const { Id: MachineId } = await newMachine();
    const associations = { FolderId: Id, AddedMachineIds: [MachineId], RemovedMachineIds: [] };
    await odata('Folders', 'UpdateMachinesToFolderAssociations', { associations }, admin);
    const inherit = { MachineId, FolderId: Id, InheritEnabled: true };
    await odata('Folders', 'ToggleFolderMachineInherit', inherit, admin);
    await odata(`Folders(${Id})`, 'RemoveMachinesFromFolder', { machineIds: [MachineId] }, admin);
    const empty = await newFolder();
    await ok(admin.delete(`/api/Folders/DeleteByKey?key=${empty.Key}`));
  },
  async jobs() {
    const fleet = await addMachine(server, { slots: 20 });
    const host = await connect(fleet);
    const run = async (count: number): Promise<number[]> => {
      const jobs = await started(here, release.Key, { JobsCount: count });
      for (const order of await host.orders()) await host.report(order, 'Running');
      return jobs.map(({ Id }) => Id);
    };
    const running = async (): Promise<number> => {
      for (;;) {
        const [id] = await run(1);
        const { State } = await ok(here.get(`/odata/Jobs(${id})`));
        if (State === 'Running') return id!;
      }
    };
    const waiting = async (): Promise<number> => (await started(here, release.Key))[0]!.Id;
    for (const strategy of ['SoftStop', 'Kill']) {
      await odata('Jobs', 'StopJobs', { strategy, jobIds: [await running()] });
      await odata(`Jobs(${await running()})`, 'StopJob', { strategy });
    }
    const jobId = await waiting();
    await odata('Jobs', 'StopJobs', { strategy: 'Kill', jobIds: [jobId] });
    await odata(`Jobs(${await waiting()})`, 'StopJob', { strategy: 'Kill' });
    await odata('Jobs', 'RestartJob', { jobId });
    await odata('Jobs', 'ValidateDynamicJob', {
      startInfo: { ReleaseKey: release.Key, InputArguments: '{"queue":"Invoices"}' },
    });
    await odata(`Jobs(${jobId})`, 'ValidateExistingJob');
    await odata('Jobs', 'Export');
    await odata('RobotLogs', 'Export');
    await ok(here.post('/api/Logs', { message: 'x', level: 'Information', timeStamp: new Date() }));
  },
  async 'hosts and their sessions'() {
    const kit = await addMachine(server);
    const { sessionKey } = await connect(kit);
    const { value } = await ok(admin.get(`/odata/Sessions?$filter=MachineId eq ${kit.id}`));
    const beat = { sessionKey, commandState: 'All', heartbeats: [{ robotState: 'Available' }] };
    for (const trouble of ['The disk is full.', null])
      for (const name of ['Heartbeat', 'HeartbeatV2'])
        await ok(
          kit.caller.post(`/api/RobotsService/${name}`, { ...beat, trouble: trouble && trouble + name }),
        );
    const who = { robotKey: account.robotKey };
    for (const name of ['BeginSession', 'GetProcesses', 'EndSession'])
      await ok(kit.caller.post(`/api/RobotsService/${name}`, who));
    await ok(kit.caller.post('/api/RobotsService/StopService', { sessionKey }));
    await odata(`Sessions(${value[0].Id})`, 'ToggleMachineSessionDebugMode', { enabled: false }, admin);
  },
  async 'jobs that maintenance ends'() {
    for (const stopJobsStrategy of ['SoftStop', 'Kill']) {
      const there = await newFolder();
      const inThere = admin.in(there.Id);
      await addAccount(server, there.Id);
      const kit = await addMachine(server, { folderId: there.Id });
      const host = await connect(kit);
      const { Key } = await addProcess(inThere, text('Maintained'));
      await started(inThere, Key);
      const [order] = await host.orders();
      await host.report(order!, 'Running');
      const { value } = await ok(admin.get(`/odata/Sessions?$filter=MachineId eq ${kit.id}`));
      const mode = { sessionId: value[0].Id, maintenanceMode: 'Enabled', stopJobsStrategy };
      await odata('Sessions', 'SetMaintenanceMode', mode, admin);
      await host.report(order!, 'Stopped');
    }
  },
  async machines() {
    const { Id } = await newMachine();
    await ok(
      admin.put(`/odata/Machines(${Id})`, { Name: text('Machine'), Type: 'Template', UnattendedSlots: 2 }),
    );
    await odata('Machines', 'DeleteBulk', { machineIds: [Id] }, admin);
  },
  async 'processes, by each way to another version'() {
    const by = async (call: (of: { Id: number; Key: string; Name: string }) => Promise<unknown>) =>
      call(await twoVersions());
    await by(({ Id }) => odata(`Releases(${Id})`, 'UpdateToSpecificPackageVersion', toNext));
    await by(({ Key }) =>
      odata('Releases', `UpdateToSpecificPackageVersionByKey(identifier=${Key})`, toNext),
    );
    await by(({ Key }) => odata('Releases', `UpdateToLatestPackageVersionByKey(identifier=${Key})`));
    await by(({ Id }) => odata('Releases', 'UpdateToLatestPackageVersionBulk', { releaseIds: [Id] }));
    await by(({ Key }) => odata('Releases', 'UpdateToLatestPackageVersionBulkByKey', { releaseKeys: [Key] }));
    await by(({ Key }) => odata('Releases', 'UpdateByKey', { releaseKey: Key, processVersion: '1.0.1' }));
    await by(({ Id, Name }) =>
      ok(here.put(`/odata/Releases(${Id})`, { Name, ProcessKey: Name, ProcessVersion: '1.0.1' })),
    );
    await odata(`Releases(${(await latest()).Id})`, 'RollbackToPreviousReleaseVersion');
    await odata('Releases', `RollbackToPreviousReleaseVersionByKey(identifier=${(await latest()).Key})`);
    const { Key, Name } = await twoVersions();
    await ok(here.delete(`/api/Releases/DeleteByKey?key=${Key}`));
    await odata('Releases', 'CreateRelease', {
      Name,
      ProcessKey: Name,
      ProcessVersion: '1.0.0',
      AutoUpdate: true,
    });
    await ok(publishSample(here, Name, '1.0.2'));
  },
  async 'how long jobs and items are kept'() {
    const { Id } = await newQueue();
    for (const path of [`QueueRetention(${Id})`, `ReleaseRetention(${release.Id})`]) {
      await ok(here.put(`/odata/${path}`, { Action: 'Delete', Period: 30 }));
      await ok(here.delete(`/odata/${path}`));
    }
  },
  async queues() {
    const made = await odata('QueueDefinitions', 'CreateQueue', {
      Name: named('Queue'),
      RetentionAction: 'Delete',
      RetentionPeriod: 30,
    });
    await odata('QueueDefinitions', 'EditQueue', { Id: made.Id, Name: made.Name });
    await odata('QueueDefinitions', 'ShareToFolders', { QueueIds: [made.Id], ...toSecond });
    await ok(here.post(`/odata/QueueDefinitions(${made.Id})/${SVC}.Export`));
  },
  async 'items, added and changed'() {
    const { Name } = await newQueue();
    const queueItems = [{ SpecificContent: { A: 1 } }, { SpecificContent: { A: 2 } }];
    await service('Queues', 'BulkAddQueueItems', {
      queueName: Name,
      commitType: 'ProcessAllIndependently',
      queueItems,
    });
    await service('Queues', 'StartTransaction', { transactionData: { Name, SpecificContent: { A: 3 } } });
    const { Id } = await add(Name);
    await ok(here.put(`/odata/QueueItems(${Id})`, { Name, Priority: 'High', SpecificContent: { A: 4 } }));
    await service('QueueItems', 'DeleteBulk', { queueItems: await rowsOf(Id) });
  },
  async 'items, ended by both names of the call'() {
    const retrying = { AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 };
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const results = [
      { IsSuccessful: true },
      { IsSuccessful: false, ProcessingException: { Reason: 'x', Type: 'BusinessException' } },
      { IsSuccessful: false, ProcessingException: { Reason: 'x', Type: 'ApplicationException' } },
      { IsSuccessful: false, DeferDate: later },
    ];
    for (const transactionResult of results)
      for (const set of ['Queues', 'QueueItems']) {
        const { Id } = await begin((await newQueue(retrying)).Name);
        await service(`${set}(${Id})`, 'SetTransactionResult', { transactionResult });
      }
  },
  async 'items, reviewed'() {
    const { Id } = await begin((await newQueue()).Name);
    await ok(fail(Id));
    await service('QueueItems', 'SetItemReviewer', { userId: admin.userId, queueItems: await rowsOf(Id) });
    await service('QueueItems', 'UnsetItemReviewer', { queueItems: await rowsOf(Id) });
    await service('QueueItems', 'SetItemReviewStatus', { status: 'Verified', queueItems: await rowsOf(Id) });
    const again = await begin((await newQueue()).Name);
    await ok(fail(again.Id));
    await service('QueueItems', 'SetItemReviewStatus', {
      status: 'Retried',
      queueItems: await rowsOf(again.Id),
    });
  },
  async robots() {
    const { robotId, userId } = await addAccount(server);
    const { value } = await ok(admin.get(`/odata/Robots?$filter=Id eq ${robotId}`));
    await ok(admin.put(`/odata/Robots(${robotId})`, { ...value[0], Description: 'x' }));
    await odata('Robots', 'ToggleEnabledStatus', { robotIds: [robotId], enabled: false }, admin);
    await odata('Robots', 'ConvertToFloating', { robotId }, admin);
    await ok(admin.patch(`/odata/Users(${userId})`, { MayHaveUnattendedSession: false }));
    await odata('Robots', 'DeleteBulk', { robotIds: [robotId] }, admin);
  },
  async users() {
    const id = await newUser();
    await odata(`Users(${id})`, 'AssignRoles', { roleIds: [] }, admin);
    await odata(`Users(${id})`, 'ToggleRole', { role: 'Tenant Administrator', toggle: true }, admin);
    await odata(`Users(${id})`, 'SetActive', { active: false }, admin);
    await odata(`Users(${id})`, 'ChangeUserCulture', { culture: 'de' }, admin);
    await odata('Users', 'ChangeCulture', { culture: 'ja' }, admin);
    await ok(admin.put(`/odata/Users(${await newUser()})`, { MayHaveUnattendedSession: true }));
    const unattended = { MayHaveUnattendedSession: true, UnattendedRobot: { UserName: 'x' } };
    const UserName = text('user');
    await ok(admin.post('/odata/Users', { UserName, Type: 'User', RolesList: [], ...unattended }));
  },
  async 'the directory, only looked into'() {
    const at = (name: string, body: object): Promise<unknown> =>
      ok(admin.post(`${IDENTITY}/Directory/${name}/${partitionGlobalId}`, body));
    const id = randomUUID();
    await at('ResolveByName', { entityName: 'admin', entityType: 'user' });
    await at('BulkResolve', { identifiers: [id] });
    await at('BulkResolveByName', { entityNames: ['admin'], entityType: 'user' });
  },
  async 'how an organization signs people in'() {
    const provider = {
      displayName: 'Company',
      clientId: 'baton',
      clientSecret: 'a secret',
      authority: 'https://login.example.com/',
      isActive: false,
    };
    const made = await ok(
      admin.post(`${IDENTITY}/ExternalIdentityProvider`, { partitionGlobalId, ...provider }),
    );
    const changed = { partitionGlobalId, ...provider, id: made.id, displayName: 'Firm' };
    await ok(admin.put(`${IDENTITY}/ExternalIdentityProvider`, changed));
    await ok(admin.delete(`${IDENTITY}/ExternalIdentityProvider/${partitionGlobalId}/${made.id}`));
    const setting = { partitionGlobalId, authenticationSettingType: 'aad' };
    const of = (name: string) => ({
      ...setting,
      externalIdentityProviderDto: { ...provider, displayName: name },
    });
    const set = await ok(admin.post(`${IDENTITY}/AuthenticationSetting`, of('Entra ID')));
    await ok(admin.put(`${IDENTITY}/AuthenticationSetting`, { ...of('Entra'), id: set.id }));
    await ok(admin.delete(`${IDENTITY}/AuthenticationSetting/${set.id}`));
    const policy = { minPasswordLength: 14, rememberedPasswords: 5 };
    await ok(admin.put(`${IDENTITY}/PasswordPolicy/${partitionGlobalId}`, policy));
    const scim = await ok(admin.post(`${IDENTITY}/ScimToken`, { partitionGlobalId, description: 'Entra' }));
    await ok(admin.delete(`${IDENTITY}/ScimToken/${partitionGlobalId}/${scim.id}`));
    for (const [place, last] of [
      ['primary', 2110],
      ['secondary', 2120],
    ] as const) {
      const certificate = selfSigned({ years: [2020, last] }).cert;
      await ok(admin.put(`${IDENTITY}/SamlCertificate/${place}`, { partitionGlobalId, certificate }));
    }
    const pair = await ok(admin.post(`${IDENTITY}/SamlCertificate/${partitionGlobalId}/switch`));
    const former = `${partitionGlobalId}/${pair.secondaryCertificateId}`;
    await ok(admin.delete(`${IDENTITY}/SamlCertificate/${former}`));
  },
  async 'what an organization says and lets in'() {
    await ok(admin.put(`${IDENTITY}/Partition/${partitionGlobalId}`, { displayName: 'Ltd', language: 'en' }));
    const id = randomUUID();
    const invited = { partitionGlobalId, id, userName: text('guest'), email: 'guest@x.example' };
    await ok(admin.post(`${IDENTITY}/User`, invited));
    await ok(admin.post(`${IDENTITY}/UserInvite/${partitionGlobalId}`, { userIds: [id] }));
    await ok(admin.delete(`${IDENTITY}/UserInvite/${partitionGlobalId}`, { userIds: [id] }));
    const settings = [{ key: 'Branding.Color', value: '#204060' }];
    await ok(admin.put(`${IDENTITY}/Setting`, { settings, partitionGlobalId, userId: null }));
    const where = `key=Branding.Color&partitionGlobalId=${partitionGlobalId}`;
    const [setting] = await ok(admin.get(`${IDENTITY}/Setting?${where}`));
    await ok(admin.delete(`${IDENTITY}/Setting/${setting.id}`));
    const template = await ok(admin.get(`${IDENTITY}/MessageTemplate?name=ResetPassword`));
    const worded = { id: template.id, value: 'Here: {{link}}' };
    await ok(admin.put(`${IDENTITY}/MessageTemplate/${template.id}`, worded));
    const policy = `${IDENTITY}/PartitionAccessPolicy/${partitionGlobalId}`;
    await ok(admin.put(policy, { entitiesToAdd: [id] }));
    await ok(admin.put(policy, { entitiesToRemove: [id] }));
  },
};
