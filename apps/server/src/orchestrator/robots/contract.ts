import { entity, toOne } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  DateTime,
  dto,
  Enum,
  Guid,
  Int64,
  Json,
  List,
  MapOf,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { allOf, anyOf, many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { User } from '../users/entities.ts';
import { CredentialType, HostingType, RobotProvisionType, RobotType } from './enumerations.ts';
import { robotDeleted, robotUpdated } from './events.ts';

const UserType = enumeration('RobotUserType', {
  User: 0,
  Robot: 1,
  DirectoryUser: 2,
  DirectoryGroup: 3,
  DirectoryRobot: 4,
  DirectoryExternalApplication: 5,
});

const ofUser = (column: string): string => `(select u.${column} from users u where u.id = $.user_id)`;

/**
 * An account that jobs run as. Most members come from the classic model, which bound a robot to one machine.
 */
const properties = {
  LicenseKey: Text({ readOnly: true, constant: null }),
  MachineName: Text({ readOnly: true, constant: null }),
  MachineId: Int64({ readOnly: true, constant: null }),
  /** Derived from the name of its user. */
  Name: NameText({ readOnly: true, maxLength: 450 }),
  Username: NameText({ maxLength: 100, from: `coalesce($.username, ${ofUser('user_name')})` }),
  ExternalName: Text({ readOnly: true, constant: null }),
  Description: Text({ maxLength: 500 }),
  Type: Enum(RobotType, { readOnly: true }),
  HostingType: Enum(HostingType, { readOnly: true, constant: 1 }),
  ProvisionType: Enum(RobotProvisionType, { readOnly: true, constant: 1 }),
  Password: Text({ readOnly: true, constant: null }),
  CredentialStoreId: Int64({ readOnly: true, constant: null }),
  UserId: Int64({ readOnly: true }),
  Enabled: Bool({ from: 'is_enabled' }),
  CredentialType: Enum(CredentialType, {
    default: 'Default',
    notCarriedOut: 'jobs run as the account that the host runs as',
  }),
  Environments: List(Json(), { readOnly: true, from: `('[]'::jsonb)`, filterable: false }),
  RobotEnvironments: Text({ readOnly: true, constant: '' }),
  ExecutionSettings: MapOf(Json(), { filterable: false, notCarriedOut: 'robots have none' }),
  IsExternalLicensed: Bool({ readOnly: true, constant: false }),
  LimitConcurrentExecution: Bool({ readOnly: true, constant: false }),
  LastModificationTime: DateTime({ readOnly: true, from: 'modified_at' }),
  LastModifierUserId: Int64({ readOnly: true, from: 'modifier_user_id' }),
  CreationTime: DateTime({ readOnly: true, from: 'created_at' }),
  CreatorUserId: Int64({ readOnly: true }),
  Id: Int64({ readOnly: true }),
} as const;

const reading = { scope: 'OR.Robots', inTenant: 'Robots.View' } as const;

const IN_FOLDER = 'exists (select from folder_robots fr where fr.robot_id = $.id and fr.folder_id in ?)';

export const Robot = entity({
  name: 'RobotDto',
  set: 'Robots',
  label: 'Robot',
  table: 'robots',
  inFolder: IN_FOLDER,
  properties,
  navigations: { User: toOne(() => User, '$.user_id = @.id') },
});

/** The robot in the form in which other entities expand it. */
export const SimpleRobot = entity({
  name: 'SimpleRobotDto',
  label: 'Robot',
  table: 'robots',
  reading,
  properties,
});

const RobotLicense = entity({
  name: 'RobotLicenseDto',
  reading: 'as part',
  table: '(select id, id as robot_id, created_at as timestamp from robots)',
  inTenant: false,
  properties: { RobotId: Int64(), Timestamp: DateTime(), Id: Int64() },
});

/** Robots need no license here, so every robot counts as licensed. */
export const RobotWithLicense = entity({
  name: 'RobotWithLicenseDto',
  label: 'Robot',
  table: 'robots',
  reading,
  properties,
  navigations: {
    License: toOne(() => RobotLicense, '$.id = @.id'),
    User: toOne(() => User, '$.user_id = @.id'),
  },
});

export const ExtendedRobot = entity({
  name: 'ExtendedRobotDto',
  set: 'Robots',
  label: 'Robot',
  table: 'robots',
  inFolder: IN_FOLDER,
  properties,
  navigations: { User: toOne(() => User, '$.user_id = @.id') },
});

export const RobotFromFolder = entity({
  name: 'RobotsFromFolderModel',
  label: 'Robot',
  table: 'robots',
  inFolder: IN_FOLDER,
  properties: {
    UserType: Enum(UserType, { from: ofUser('type') }),
    UserEmail: Text({ from: ofUser('email') }),
    UserFullName: Text({
      from: `(select nullif(concat_ws(' ', u.name, u.surname), '') from users u where u.id = $.user_id)`,
    }),
    UserKey: Guid({ from: ofUser('key') }),
    ...properties,
  },
});

export const KeyValuePair = entity({
  name: 'KeyValuePairOfStringString',
  key: null,
  table: '(select tenant_id, name, license_key::text from machines)',
  properties: { Key: Text({ from: 'name' }), Value: Text({ from: 'license_key' }) },
});

const RobotsToggleEnabledStatusRequest = dto('RobotsToggleEnabledStatusRequest', {
  robotIds: List(Int64(), { required: true, max: 1000 }),
  enabled: Bool({ required: true }),
});
const RobotDeleteBulkRequest = dto('RobotDeleteBulkRequest', {
  robotIds: List(Int64(), { required: true, max: 1000 }),
});
const RobotsConvertToFloatingRequest = dto('RobotsConvertToFloatingRequest', {
  robotId: Int64({ required: true }),
});

/** Robots belong to the tenant. Old clients send a folder header with every call, which has no effect. */
const shared = { tag: 'Robots', scope: 'OR.Robots', folder: 'none' } as const;
const params = { key: Int64() };
const OR_JOBS = anyOf('SubFolders.View', 'Units.View', 'Jobs.Create');

export const getRobots = operation({
  ...shared,
  id: 'Robots_Get',
  method: 'GET',
  path: '/odata/Robots',
  summary: 'Lists the accounts that jobs run as.',
  permission: 'Robots.View',
  odata: { entity: Robot, options: 'efsotkc' },
  answer: many(Robot),
});

export const postRobot = operation({
  ...shared,
  id: 'Robots_Post',
  method: 'POST',
  path: '/odata/Robots',
  summary: 'Refused: robots come with users that have unattended rights.',
  permission: 'Robots.Create',
  body: Robot,
  example: { Name: 'Invoices', Type: 'Unattended' },
  tells: { nothing: 'It is refused: robots come with their users.' },
  answer: one(Robot, 201),
});

export const getRobot = operation({
  ...shared,
  id: 'Robots_GetById',
  method: 'GET',
  path: '/odata/Robots({key})',
  summary: 'One robot.',
  permission: 'Robots.View',
  params,
  odata: { entity: Robot, options: 'es' },
  answer: one(Robot),
});

export const putRobot = operation({
  ...shared,
  id: 'Robots_PutById',
  method: 'PUT',
  path: '/odata/Robots({key})',
  summary:
    'Replaces what can be set of a robot: description, account name on hosts, execution settings, enabled.',
  permission: 'Robots.Edit',
  params,
  body: Robot,
  tells: [robotUpdated],
  answer: nothing(200),
  example: {
    Name: 'anna-unattended',
    Type: 'Unattended',
    HostingType: 'Floating',
    Description: 'Nightly work',
  },
});

export const patchRobot = operation({
  ...shared,
  id: 'Robots_PatchById',
  method: 'PATCH',
  path: '/odata/Robots({key})',
  summary: 'Changes the members of a robot that are given.',
  permission: 'Robots.Edit',
  params,
  body: Robot,
  tells: [robotUpdated],
  answer: nothing(200),
  example: { ExecutionSettings: { TracingLevel: 'Verbose' } },
});

export const deleteRobot = operation({
  ...shared,
  id: 'Robots_DeleteById',
  method: 'DELETE',
  path: '/odata/Robots({key})',
  summary: 'Deletes a robot whose user has no unattended rights any more.',
  permission: 'Robots.Delete',
  params,
  tells: [robotDeleted],
  answer: nothing(204),
});

export const deleteRobots = operation({
  ...shared,
  id: 'Robots_DeleteBulk',
  method: 'POST',
  path: '/odata/Robots/~.DeleteBulk',
  summary: 'Deletes several robots, or none when one of them cannot be deleted.',
  permission: 'Robots.Delete',
  body: RobotDeleteBulkRequest,
  tells: [robotDeleted],
  answer: nothing(204),
  example: { robotIds: [12] },
});

export const convertToFloating = operation({
  ...shared,
  id: 'Robots_ConvertToFloating',
  method: 'POST',
  path: '/odata/Robots/~.ConvertToFloating',
  summary: 'Makes a robot independent of one machine. All robots here already are.',
  permission: 'Robots.Edit',
  body: RobotsConvertToFloatingRequest,
  tells: { nothing: 'Every robot is floating already.' },
  answer: nothing(200),
  example: { robotId: 12 },
});

export const toggleEnabledStatus = operation({
  ...shared,
  id: 'Robots_ToggleEnabledStatus',
  method: 'POST',
  path: '/odata/Robots/~.ToggleEnabledStatus',
  summary: 'Lets robots take jobs, or no longer.',
  permission: 'Robots.Edit',
  body: RobotsToggleEnabledStatusRequest,
  tells: [robotUpdated],
  answer: nothing(200),
  example: { robotIds: [12], enabled: false },
});

export const findAllAcrossFolders = operation({
  ...shared,
  id: 'Robots_FindAllAcrossFolders',
  method: 'GET',
  path: '/odata/Robots/~.FindAllAcrossFolders',
  summary: 'Lists all robots, with their users where asked for.',
  permission: anyOf('Robots.View', 'Users.View', 'Machines.Create', 'Machines.Edit'),
  odata: { entity: ExtendedRobot, options: 'efsotkc' },
  answer: many(ExtendedRobot),
});

export const getConfiguredRobots = operation({
  ...shared,
  id: 'Robots_GetConfiguredRobots',
  method: 'GET',
  path: '/odata/Robots/~.GetConfiguredRobots',
  summary: 'Lists robots that may run jobs in some folder.',
  permission: 'Robots.View',
  odata: { entity: ExtendedRobot, options: 'efsotkc' },
  answer: many(ExtendedRobot),
});

export const getFolderRobots = operation({
  ...shared,
  id: 'Robots_GetFolderRobotsByFolderidAndMachineid',
  method: 'GET',
  path: '/odata/Robots/~.GetFolderRobots(folderId={folderId},machineId={machineId})',
  summary: 'Robots that may run jobs of a folder on a machine.',
  permission: OR_JOBS,
  heldAnywhere: true,
  params: { folderId: Int64(), machineId: Int64() },
  odata: { entity: ExtendedRobot, options: 'efsotkc' },
  answer: many(ExtendedRobot),
});

export const getRobotsFromFolder = operation({
  ...shared,
  id: 'Robots_GetRobotsFromFolderByFolderid',
  method: 'GET',
  path: '/odata/Robots/~.GetRobotsFromFolder(folderId={folderId})',
  summary: 'Robots that may run jobs of a folder, with what is known of their users.',
  permission: anyOf('SubFolders.View', 'Units.View', 'Jobs.Create', 'Users.View'),
  heldAnywhere: true,
  params: { folderId: Int64() },
  query: { machineId: Int64() },
  odata: { entity: RobotFromFolder, options: 'efsotkc' },
  answer: many(RobotFromFolder),
});

export const getRobotsForProcess = operation({
  ...shared,
  id: 'Robots_GetRobotsForProcessByProcessid',
  method: 'GET',
  path: "/odata/Robots/~.GetRobotsForProcess(processId='{processId}')",
  summary: 'Robots that may run a process, which is named by its id.',
  permission: allOf('Robots.View', 'Processes.View'),
  heldAnywhere: true,
  params: { processId: NameText() },
  odata: { entity: Robot, options: 'efsotkc' },
  answer: many(Robot),
});

export const getRobotUsernames = operation({
  ...shared,
  id: 'Robots_GetUsernames',
  method: 'GET',
  path: '/odata/Robots/~.GetUsernames',
  summary: 'Account names of robots.',
  permission: 'Robots.View',
  odata: { entity: Robot, options: 'efsotkc' },
  answer: many(Text()),
});

export const getLicenseKeyMappings = operation({
  ...shared,
  id: 'Robots_GetMachineNameToLicenseKeyMappings',
  method: 'GET',
  path: '/odata/Robots/~.GetMachineNameToLicenseKeyMappings',
  summary: 'License keys by machine name.',
  permission: allOf('Robots.Create', 'Machines.View'),
  odata: { entity: KeyValuePair, options: 'efsoc' },
  answer: many(KeyValuePair),
});
