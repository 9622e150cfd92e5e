import { entity } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { anyOf, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';
import { RobotType } from '../robots/enumerations.ts';
import { Tag } from '../tag.ts';
import {
  hostJoined,
  joinCodeCreated,
  joinCodeDeleted,
  machineCreated,
  machineDeleted,
  machineUpdated,
  secretAdded,
  secretDeleted,
} from './events.ts';

export const MachineType = enumeration('MachineType', { Standard: 0, Template: 1 });
export const MachineScope = enumeration('MachineScope', {
  Default: 0,
  Shared: 1,
  PersonalWorkspace: 2,
  Cloud: 3,
  Serverless: 4,
  AutomationCloudRobot: 5,
  ElasticRobot: 6,
  ProcessOrchestration: 7,
  AgentService: 8,
});
const EndpointDetectionStatus = enumeration('EndpointDetectionStatus', {
  NotAvailable: 0,
  Mixed: 1,
  Enabled: 2,
});
const AutomationType = enumeration('AutomationType', { Any: 0, Foreground: 1, Background: 2 });
const MachineTargetFramework = enumeration('MachineTargetFramework', { Any: 0, Windows: 1, Portable: 2 });
const ServerlessLicensingModel = enumeration('ServerlessLicensingModel', { RobotUnits: 0, LicenseSlots: 1 });
export const UpdatePolicyType = enumeration('UpdatePolicyType', {
  None: 0,
  SpecificVersion: 1,
  LatestVersion: 2,
  LatestPatch: 3,
});
const MaintenanceStopStrategy = enumeration('MaintenanceStopStrategy', { None: 0, Kill: 1 });

const RobotVersion = dto('MachinesRobotVersionDto', { Count: Int64(), Version: Text(), MachineId: Int64() });
const RobotUser = dto('RobotUserDto', {
  UserName: NameText({ readOnly: true }),
  RobotId: Int64({ required: true }),
  HasTriggers: Bool({ readOnly: true }),
});
const UpdatePolicy = dto('UpdatePolicyDto', {
  Type: Enum(UpdatePolicyType),
  SpecificVersion: Text({ maxLength: 128 }),
});
const MaintenanceWindow = dto('MaintenanceWindowDto', {
  enabled: Bool(),
  jobStopStrategy: Enum(MaintenanceStopStrategy),
  cronExpression: Text(),
  timezoneId: Text(),
  duration: Int32(),
  nextExecutionTime: DateTime(),
});
const MachineVpnSettings = dto('MachineVpnSettingsDto', { cidr: Text() });

/** Jobs that each host of the machine may run at once. */
const Slots = Int32({ min: 0, max: 10_000 });
/** Kinds of slots that are not offered, because nothing here runs in a vendor's cloud. */
const NoSlots = Int32({ constant: 0, min: 0, ofNoEffect: 'nothing here runs in a cloud' });

const ANY_JOB = 'hosts take every job that they can run';

const properties = {
  Name: NameText({ maxLength: 450 }),
  Description: Text({ maxLength: 500 }),
  Type: Enum(MachineType, {
    default: 'Template',
    notCarriedOut: 'a machine has as many hosts as connect with its key',
  }),
  Scope: Enum(MachineScope, { default: 'Default', notCarriedOut: 'machines are those of the tenant' }),
  NonProductionSlots: Slots,
  UnattendedSlots: Slots,
  HeadlessSlots: Slots,
  TestAutomationSlots: Slots,
  HostingSlots: NoSlots,
  AppTestSlots: NoSlots,
  PerformanceTestSlots: NoSlots,
  AutomationCloudSlots: NoSlots,
  AutomationCloudTestAutomationSlots: NoSlots,
  Key: Guid({ readOnly: true }),
  EndpointDetectionStatus: Enum(EndpointDetectionStatus, { readOnly: true, constant: 0 }),
  RobotVersions: List(Complex(RobotVersion), {
    readOnly: true,
    from: `(select coalesce(jsonb_agg(jsonb_build_object('Count', v.count, 'Version', v.version, 'MachineId', $.id)), '[]')
              from (select s.version, count(*) from sessions s where s.machine_id = $.id and s.version is not null group by 1) v)`,
  }),
  RobotUsers: List(Complex(RobotUser), {
    max: 1000,
    from: `(select coalesce(jsonb_agg(jsonb_build_object('UserName', u.user_name, 'RobotId', r.id, 'HasTriggers', false)), '[]')
              from machine_robots mr join robots r on r.id = mr.robot_id join users u on u.id = r.user_id
             where mr.machine_id = $.id)`,
  }),
  AutomationType: Enum(AutomationType, { default: 'Any', notCarriedOut: ANY_JOB }),
  TargetFramework: Enum(MachineTargetFramework, { default: 'Any', notCarriedOut: ANY_JOB }),
  ServerlessLicensingModel: Enum(ServerlessLicensingModel, { readOnly: true, constant: null }),
  UpdatePolicy: Complex(UpdatePolicy, {
    from: `($.details->'UpdatePolicy')`,
  }),
  /** Shown only once, in the answer to the call that made the machine. */
  ClientSecret: Text({ readOnly: true, constant: null }),
  Tags: List(Complex(Tag), { max: 100, from: `(coalesce($.details->'Tags', '[]'))` }),
  MaintenanceWindow: Complex(MaintenanceWindow, {
    notCarriedOut: 'jobs start at any time',
    from: `($.details->'MaintenanceWindow')`,
  }),
  VpnSettings: Complex(MachineVpnSettings, {
    notCarriedOut: 'there is no cloud network',
    from: `($.details->'VpnSettings')`,
  }),
  Id: Int64({ readOnly: true }),
} as const;

export const Machine = entity({
  name: 'MachineDto',
  set: 'Machines',
  label: 'Machine',
  table: 'machines',
  reading: { scope: 'OR.Machines', inTenant: 'Machines.View' },
  properties: {
    LicenseKey: Text({ readOnly: true, maxLength: 255, from: '($.license_key::text)' }),
    ...properties,
  },
});

/** A machine in lists, which do not show license keys. */
export const ExtendedMachine = entity({
  name: 'ExtendedMachineDto',
  set: 'Machines',
  label: 'Machine',
  table: 'machines',
  properties: { LicenseKey: Text({ readOnly: true, constant: null }), ...properties },
});

export const MachineRuntime = entity({
  name: 'MachineRuntimeDto',
  key: null,
  table: `(select f.tenant_id, mf.folder_id, r.runtime_type as type, sum(r.slots * greatest(r.hosts, 1))::bigint as total,
                  sum(r.connected)::bigint as connected, sum(r.available)::bigint as available
             from machine_folders mf join folders f on f.id = mf.folder_id join machine_runtimes r on r.machine_id = mf.machine_id
            group by 1, 2, 3)`,
  inFolder: '$.folder_id in ?',
  properties: { Type: Enum(RobotType), Total: Int64(), Connected: Int64(), Available: Int64() },
});

const MachineDeleteBulkRequest = dto('MachineDeleteBulkRequest', {
  machineIds: List(Int64(), { required: true, max: 1000 }),
});

/**
 * Answers of `/api/clientsecrets`, which only clients document. A secret is shown only in the answer to the
 * call that made it.
 */
export const ClientSecret = dto('ClientSecretDto', { id: Text(), secret: Text(), creationTime: DateTime() });
export const ClientSecretRow = dto('ClientSecretRowDto', {
  id: Text(),
  creationTime: DateTime(),
  hostMachineName: NameText({ description: 'The host that joined with a code and has this secret alone.' }),
});

const JoinCodeRequest = dto('JoinCodeRequest', {
  hosts: Int32({ min: 1, max: 1000, description: 'How many hosts may join with it. Default: 1.' }),
  minutes: Int32({
    min: 1,
    max: 10_080,
    description: 'How long it is good. Default: an hour; at most a week.',
  }),
});
const ofJoinCode = {
  id: Int64({ notNull: true }),
  hosts: Int32({ notNull: true }),
  used: Int32({ notNull: true, description: 'How many hosts have joined with it.' }),
  creationTime: DateTime({ notNull: true }),
  expirationTime: DateTime({ notNull: true }),
} as const;
const JoinCodeRow = dto('JoinCodeRowDto', ofJoinCode);
const JoinCode = dto('JoinCodeDto', {
  ...ofJoinCode,
  code: Text({ notNull: true, description: 'What a host joins with, shown in this answer only.' }),
});

const JoinRequest = dto('JoinRequest', {
  code: Text({ required: true, maxLength: 128, description: "The code's part behind the address: `12.…`" }),
  hostMachineName: NameText({ required: true, maxLength: 256 }),
  secretHash: Text({
    required: true,
    maxLength: 64,
    description: 'SHA-256, in hexadecimal, of the client secret that the host has made.',
  }),
});
const Joined = dto('JoinedDto', {
  licenseKey: Text({ notNull: true, description: 'The client id that goes with the secret.' }),
  machineName: NameText({ notNull: true }),
});

const shared = { tag: 'Machines', scope: 'OR.Machines', folder: 'none' } as const;
const params = { key: Int64() };
const example = { Name: 'Build hosts', Type: 'Template', UnattendedSlots: 2 };

export const getMachines = operation({
  ...shared,
  id: 'Machines_Get',
  method: 'GET',
  path: '/odata/Machines',
  summary: 'Lists machines.',
  permission: 'Machines.View',
  odata: { entity: ExtendedMachine, options: 'efsotkc' },
  answer: many(ExtendedMachine),
});

export const getMachine = operation({
  ...shared,
  id: 'Machines_GetById',
  method: 'GET',
  path: '/odata/Machines({key})',
  summary: 'One machine, with the license key that its hosts connect with.',
  permission: 'Machines.View',
  params,
  odata: { entity: Machine, options: 'es' },
  answer: one(Machine),
});

export const postMachine = operation({
  ...shared,
  id: 'Machines_Post',
  method: 'POST',
  path: '/odata/Machines',
  summary: 'Creates a machine; the answer holds its first client secret, which is never shown again.',
  permission: 'Machines.Create',
  body: Machine,
  tells: [machineCreated],
  answer: one(Machine, 201),
  example,
});

export const putMachine = operation({
  ...shared,
  id: 'Machines_PutById',
  method: 'PUT',
  path: '/odata/Machines({key})',
  summary: 'Replaces what can be set of a machine.',
  permission: 'Machines.Edit',
  params,
  body: Machine,
  tells: [machineUpdated],
  answer: nothing(200),
  example,
});

export const patchMachine = operation({
  ...shared,
  id: 'Machines_PatchById',
  method: 'PATCH',
  path: '/odata/Machines({key})',
  summary: 'Changes the members of a machine that are given.',
  permission: 'Machines.Edit',
  params,
  body: Machine,
  tells: [machineUpdated],
  answer: nothing(200),
  example: { Description: 'In the cellar' },
});

export const deleteMachine = operation({
  ...shared,
  id: 'Machines_DeleteById',
  method: 'DELETE',
  path: '/odata/Machines({key})',
  summary: 'Deletes a machine that runs no job, with its secrets and sessions.',
  permission: 'Machines.Delete',
  params,
  tells: [machineDeleted],
  answer: nothing(204),
});

export const deleteMachines = operation({
  ...shared,
  id: 'Machines_DeleteBulk',
  method: 'POST',
  path: '/odata/Machines/~.DeleteBulk',
  summary: 'Deletes several machines, or none when one of them cannot be deleted.',
  permission: 'Machines.Delete',
  body: MachineDeleteBulkRequest,
  tells: [machineDeleted],
  answer: nothing(204),
  example: { machineIds: [12] },
});

export const getAssignedMachines = operation({
  ...shared,
  id: 'Machines_GetAssignedMachinesByFolderid',
  method: 'GET',
  path: '/odata/Machines/~.GetAssignedMachines(folderId={folderId})',
  summary: 'Machines that may run jobs of a folder, inherited ones included.',
  permission: anyOf('Machines.View', 'Jobs.Create'),
  heldAnywhere: true,
  params: { folderId: Int64() },
  query: { robotId: Int64() },
  odata: { entity: ExtendedMachine, options: 'efsotkc' },
  answer: many(ExtendedMachine),
});

export const getRuntimesForFolder = operation({
  ...shared,
  id: 'Machines_GetRuntimesForFolderByFolderid',
  method: 'GET',
  path: '/odata/Machines/~.GetRuntimesForFolder(folderId={folderId})',
  summary: 'Slots for jobs of a folder, by runtime type: all, connected and free.',
  permission: anyOf('Machines.View', 'Jobs.Create'),
  heldAnywhere: true,
  params: { folderId: Int64() },
  odata: { entity: MachineRuntime, options: 'efsoc' },
  answer: many(MachineRuntime),
});

export const getClientSecrets = operation({
  ...shared,
  id: 'ClientSecrets_Get',
  method: 'GET',
  path: '/api/clientsecrets/{licenseKey}',
  summary: 'Ids and ages of the secrets of a machine.',
  permission: 'Machines.View',
  params: { licenseKey: Guid() },
  answer: plain(List(Complex(ClientSecretRow))),
});

export const postClientSecret = operation({
  ...shared,
  id: 'ClientSecrets_Post',
  method: 'POST',
  path: '/api/clientsecrets/{licenseKey}',
  summary: 'Makes another secret for a machine; it is shown in this answer only.',
  permission: 'Machines.Edit',
  params: { licenseKey: Guid() },
  tells: [secretAdded],
  answer: plain(ClientSecret),
});

export const deleteClientSecret = operation({
  ...shared,
  id: 'ClientSecrets_Delete',
  method: 'DELETE',
  path: '/api/clientsecrets/{secretId}',
  summary: 'Deletes a secret of a machine: hosts that connect with it are refused from now on.',
  permission: 'Machines.Edit',
  params: { secretId: Int64() },
  tells: [secretDeleted],
  answer: nothing(204),
});

export const getJoinCodes = operation({
  ...shared,
  id: 'JoinCodes_Get',
  method: 'GET',
  path: '/api/joincodes/{licenseKey}',
  summary: 'Codes with which hosts can join a machine now.',
  permission: 'Machines.View',
  params: { licenseKey: Guid() },
  answer: plain(List(Complex(JoinCodeRow))),
});

export const postJoinCode = operation({
  ...shared,
  id: 'JoinCodes_Post',
  method: 'POST',
  path: '/api/joincodes/{licenseKey}',
  summary: 'Makes a code with which one host, or as many as it says, can join a machine.',
  permission: 'Machines.Edit',
  params: { licenseKey: Guid() },
  body: JoinCodeRequest,
  tells: [joinCodeCreated],
  answer: plain(JoinCode),
  example: { hosts: 20, minutes: 60 },
});

export const deleteJoinCode = operation({
  ...shared,
  id: 'JoinCodes_Delete',
  method: 'DELETE',
  path: '/api/joincodes/{codeId}',
  summary: 'Withdraws a code. Hosts that have joined with it stay.',
  permission: 'Machines.Edit',
  params: { codeId: Int64() },
  tells: [joinCodeDeleted],
  answer: nothing(204),
});

/** Robots call it, beside the operations of the robots' service. The code is the right to do so. */
export const joinMachine = operation({
  id: 'RobotsService_Join',
  tag: 'RobotsService',
  method: 'POST',
  path: '/api/RobotsService/Join',
  summary: 'A host joins a machine with a code, and signs in with a secret of its own from then on.',
  scope: null,
  permission: null,
  folder: 'none',
  callers: ['anonymous'],
  body: JoinRequest,
  tells: [hostJoined],
  answer: plain(Joined, 200, {
    also: { 429: { text: 'Too many wrong codes; Retry-After says when to come again.', body: 'refusal' } },
  }),
  example: { code: '12.nothing', hostMachineName: 'laptop-7', secretHash: '0'.repeat(64) },
});

const AvailableVersions = dto('AvailableVersionsDto', {
  availableVersions: List(Text({ notNull: true }), { notNull: true }),
});

export const getAvailableVersions = operation({
  ...shared,
  id: 'UpdateServer_GetAvailableVersions',
  tag: 'UpdateServer',
  method: 'GET',
  path: '/api/UpdateServer/GetAvailableVersions',
  summary:
    'Versions that LatestVersion and LatestPatch choose from: that of the server, whose robots are released with it.',
  permission: 'Machines.View',
  query: {
    onlyLatestPatchVersions: Bool({
      description: 'Only the last patch of each minor version.',
      ofNoEffect: 'there is one version',
    }),
  },
  answer: plain(AvailableVersions),
});
