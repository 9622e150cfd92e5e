import { entity, toOne } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  Double,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  Text,
} from '../../kernel/contract/fields.ts';
import { anyOf, many, nothing, operation, plain } from '../../kernel/contract/operation.ts';
import { Job } from '../jobs/contract.ts';
import { jobStopping, jobTerminating } from '../jobs/events.ts';
import { IN_EXECUTION } from '../jobs/transitions.ts';
import { Labels } from '../labels.ts';
import { MachineScope, MachineType } from '../machines/contract.ts';
import { RobotWithLicense } from '../robots/contract.ts';
import { RobotType } from '../robots/enumerations.ts';
import { StopStrategy } from '../stop-strategy.ts';
import { isConnected, SessionState } from './enumerations.ts';
import { debugModeChanged, maintenanceChanged, sessionDeleted } from './events.ts';
import { UPDATE_INFO, UpdateInfo } from './update-info.ts';

export const MaintenanceMode = enumeration('MaintenanceMode', { Default: 0, Enabled: 1 });
export const Platform = enumeration('Platform', { Unknown: 0, Windows: 1, Linux: 2, OSX: 3 });
const RobotSessionType = enumeration('RobotSessionType', { LongLived: 0, Ephemeral: 1 });
const SessionSource = enumeration('SessionSource', { Assistant: 0, StudioWeb: 1, StudioDesktop: 2 });
const LicenseErrorCode = enumeration('LicenseErrorCode', { NoLicense: 0, LicenseExpired: 1 });

/** The job that a host is running. If it runs several, the one that began last. */
const CURRENT_JOB = `(select j.id from jobs j where j.session_id = $.id and j.state in ${IN_EXECUTION.sql} order by j.started_at desc, j.id limit 1)`;
const CURRENT_ROBOT = `(select j.robot_id from jobs j where j.session_id = $.id and j.state in ${IN_EXECUTION.sql} order by j.started_at desc, j.id limit 1)`;
const STATE = `case when not ${isConnected('$').sql} then ${SessionState.Disconnected}
  when exists (select from jobs j where j.session_id = $.id and j.state in ${IN_EXECUTION.sql}) then ${SessionState.Busy} else ${SessionState.Available} end`;
/** The host stopped reporting without signing off. */
const IS_UNRESPONSIVE = `($.state <> ${SessionState.Disconnected} and $.responsive_until <= now())`;

export const HostUse = dto('HostUseDto', {
  minute: DateTime(),
  load: Double(),
  processors: Int32(),
  memoryBytes: Int64(),
  freeMemoryBytes: Int64(),
  diskBytes: Int64(),
  freeDiskBytes: Int64(),
});

/** Baton's own member. */
const SHOWN_LABELS = Labels({ from: 'to_jsonb($.labels)', description: 'What the host says that it has.' });

const version = Text({ maxLength: 64 });

/** Null: the host has none, or did not say. */
export const Interpreters = dto('InterpretersDto', {
  python: version,
  node: version,
  robotFramework: version,
});

/** Baton's own member. */
const INTERPRETERS = Complex(Interpreters, {
  filterable: false,
  from: '$.interpreters',
  description: 'The versions of what jobs run with on the host.',
});

/** Baton's own member. */
const LAST_USE = Complex(HostUse, {
  filterable: false,
  from: `(select jsonb_build_object('minute', u.minute, 'load', u.load, 'processors', u.processors, 'memoryBytes', u.memory_bytes,
    'freeMemoryBytes', u.free_memory_bytes, 'diskBytes', u.disk_bytes, 'freeDiskBytes', u.free_disk_bytes)
   from host_use u where u.session_id = $.id order by u.minute desc limit 1)`,
  description: 'How busy the host was when it last said so.',
});

/** Baton's own member of `MachineSessionRuntimeDto`; of the other two it is the API's. */
const UPDATE = Complex(UpdateInfo, { from: UPDATE_INFO });

const properties = {
  HostMachineName: Text(),
  MachineId: Int64(),
  MachineName: Text({ from: '(select m.name from machines m where m.id = $.machine_id)' }),
  State: Enum(SessionState, { from: STATE }),
  ReportingTime: DateTime({ from: 'reporting_at' }),
  Info: Text(),
  IsUnresponsive: Bool({ from: IS_UNRESPONSIVE }),
  LicenseErrorCode: Enum(LicenseErrorCode, { constant: null }),
  OrganizationUnitId: Int64({ constant: 0 }),
  FolderName: Text({ constant: null }),
  RobotSessionType: Enum(RobotSessionType, { constant: 0 }),
  Version: Text(),
  Source: Enum(SessionSource, { constant: null }),
  DebugModeExpirationDate: DateTime({ from: 'debug_until' }),
  UpdateInfo: UPDATE,
  InstallationId: Guid(),
  Platform: Enum(Platform),
  EndpointDetection: Text({ constant: null }),
  Labels: SHOWN_LABELS,
  Interpreters: INTERPRETERS,
  Use: LAST_USE,
  Id: Int64(),
} as const;

const navigations = {
  Robot: toOne(() => RobotWithLicense, `${CURRENT_ROBOT} = @.id`),
  Job: toOne(() => Job, `${CURRENT_JOB} = @.id`),
};

export const Session = entity({
  name: 'SessionDto',
  set: 'Sessions',
  label: 'Session',
  table: 'sessions',
  inFolder: '$.machine_id in (select mf.machine_id from machine_folders mf where mf.folder_id in ?)',
  properties,
  navigations,
});

export const MachineSession = entity({
  name: 'MachineSessionDto',
  set: 'Sessions',
  base: () => Session,
  label: 'Session',
  table: 'sessions',
  properties: { ServiceUserName: Text(), ...properties },
  navigations,
});

export const MachineSessionRuntime = entity({
  name: 'MachineSessionRuntimeDto',
  key: null,
  inFolder: '$.machine_id in (select mf.machine_id from machine_folders mf where mf.folder_id in ?)',
  table: `(select s.*, r.runtime_type, r.slots as runtimes, r.used as used_runtimes, m.name as machine_name, m.type as machine_type,
                  m.scope as machine_scope
             from session_runtimes r join sessions s on s.id = r.session_id join machines m on m.id = r.machine_id
            where r.slots > 0)`,
  properties: {
    SessionId: Int64({ from: 'id' }),
    MachineId: Int64(),
    MachineName: Text(),
    MaintenanceMode: Enum(MaintenanceMode),
    HostMachineName: Text(),
    RuntimeType: Enum(RobotType),
    MachineType: Enum(MachineType),
    MachineScope: Enum(MachineScope),
    Status: Enum(SessionState, { from: STATE }),
    IsUnresponsive: Bool({ from: IS_UNRESPONSIVE }),
    Runtimes: Int64(),
    UsedRuntimes: Int64(),
    ServiceUserName: Text(),
    ReportingTime: DateTime({ from: 'reporting_at' }),
    Version: Text(),
    DebugModeExpirationDate: DateTime({ from: 'debug_until' }),
    Platform: Enum(Platform),
    EndpointDetection: Text({ constant: null }),
    Labels: SHOWN_LABELS,
    Use: LAST_USE,
    UpdateInfo: UPDATE,
    TriggersCount: Int32({ constant: 0 }),
  },
});

export const SessionUser = entity({
  name: 'SessionUserName',
  key: null,
  table: '(select distinct tenant_id, service_user_name from sessions where service_user_name is not null)',
  properties: { UserName: Text({ from: 'service_user_name' }) },
});

const ToggleDebugModeRequest = dto('SessionsToggleMachineSessionDebugModeRequest', {
  enabled: Bool({ required: true }),
  minutes: Int32({ min: 1, max: 10_080 }),
});
const DeleteInactiveSessions = dto('DeleteInactiveSessionsParameters', {
  sessionIds: List(Int64(), { max: 1000 }),
});
const MaintenanceModeParameters = dto('SessionMaintenanceModeParameters', {
  sessionId: Int64({ required: true }),
  maintenanceMode: Enum(MaintenanceMode, { required: true }),
  stopJobsStrategy: Enum(StopStrategy),
});

const shared = { tag: 'Sessions', scope: 'OR.Robots', folder: 'none' } as const;

export const getSessions = operation({
  ...shared,
  id: 'Sessions_Get',
  method: 'GET',
  path: '/odata/Sessions',
  summary: 'Lists hosts that are or were connected.',
  permission: 'Robots.View',
  odata: { entity: Session, options: 'efsotkc' },
  answer: many(Session),
});

export const getGlobalSessions = operation({
  ...shared,
  id: 'Sessions_GetGlobalSessions',
  method: 'GET',
  path: '/odata/Sessions/~.GetGlobalSessions',
  summary: 'Lists the hosts of all machines.',
  permission: anyOf('Robots.View', 'Users.View', 'Machines.Create', 'Machines.Edit'),
  odata: { entity: Session, options: 'efsotkc' },
  answer: many(Session),
});

export const getMachineSessions = operation({
  ...shared,
  id: 'Sessions_GetMachineSessionsByKey',
  method: 'GET',
  path: '/odata/Sessions/~.GetMachineSessions(key={key})',
  summary: 'Lists the hosts of one machine.',
  permission: 'Machines.View',
  params: { key: Int64() },
  odata: { entity: MachineSession, options: 'efsotkc' },
  answer: many(MachineSession),
});

export const getMachineSessionRuntimes = operation({
  ...shared,
  id: 'Sessions_GetMachineSessionRuntimes',
  method: 'GET',
  path: '/odata/Sessions/~.GetMachineSessionRuntimes',
  summary: 'Lists the slots of all hosts, and how many are taken.',
  permission: 'Machines.View',
  query: { runtimeType: Enum(RobotType) },
  odata: { entity: MachineSessionRuntime, options: 'efsotkc' },
  answer: many(MachineSessionRuntime),
});

export const getMachineSessionRuntimesByFolder = operation({
  ...shared,
  id: 'Sessions_GetMachineSessionRuntimesByFolderId',
  method: 'GET',
  path: '/odata/Sessions/~.GetMachineSessionRuntimesByFolderId(folderId={folderId})',
  summary: 'Lists the slots of hosts that may run jobs of a folder.',
  permission: anyOf('Machines.View', 'Jobs.Create'),
  heldAnywhere: true,
  params: { folderId: Int64() },
  query: { robotId: Int64(), runtimeType: Enum(RobotType) },
  odata: { entity: MachineSessionRuntime, options: 'efsotkc' },
  answer: many(MachineSessionRuntime),
});

export const getSessionUsernames = operation({
  ...shared,
  id: 'Sessions_GetUsernames',
  method: 'GET',
  path: '/odata/Sessions/~.GetUsernames',
  summary: 'Accounts that the services of hosts run as.',
  permission: anyOf('Robots.View', 'Users.View'),
  odata: { entity: SessionUser, options: 'efsotkc' },
  answer: many(Text()),
});

/** Baton's own operation. */
export const getHostUse = operation({
  ...shared,
  id: 'Sessions_GetHostUse',
  method: 'GET',
  path: '/api/Sessions/HostUse',
  summary: 'How busy a host was in the last minutes, a row a minute.',
  permission: 'Robots.View',
  query: {
    sessionId: Int64({ required: true, example: 12 }),
    minutes: Int32({ min: 1, max: 525_600, description: 'How far back; 60 if not given.' }),
  },
  answer: plain(List(Complex(HostUse))),
});

export const setMaintenanceMode = operation({
  ...shared,
  id: 'Sessions_SetMaintenanceMode',
  method: 'POST',
  path: '/odata/Sessions/~.SetMaintenanceMode',
  summary:
    'Keeps new jobs away from a host, or lets them come again; its running jobs may be stopped with it.',
  permission: 'Robots.Edit',
  body: MaintenanceModeParameters,
  tells: [maintenanceChanged, jobStopping, jobTerminating],
  answer: nothing(204),
  example: { sessionId: 12, maintenanceMode: 'Enabled', stopJobsStrategy: 'SoftStop' },
});

export const toggleDebugMode = operation({
  ...shared,
  id: 'Sessions_ToggleMachineSessionDebugModeById',
  method: 'POST',
  path: '/odata/Sessions({key})/~.ToggleMachineSessionDebugMode',
  summary: 'Notes until when a host is used for debugging.',
  permission: 'Robots.Edit',
  params: { key: Int64() },
  body: ToggleDebugModeRequest,
  tells: [debugModeChanged],
  answer: nothing(204),
  example: { enabled: true, minutes: 60 },
});

export const deleteInactiveSessions = operation({
  ...shared,
  id: 'Sessions_DeleteInactiveUnattendedSessions',
  method: 'POST',
  path: '/odata/Sessions/~.DeleteInactiveUnattendedSessions',
  summary: 'Forgets hosts that are not connected and have no job in hand; an empty list means all of them.',
  permission: 'Robots.Delete',
  body: DeleteInactiveSessions,
  tells: [sessionDeleted],
  answer: nothing(204),
  example: { sessionIds: [12] },
});
