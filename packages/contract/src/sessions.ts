// Made from the server's declarations by `npm run contract`.
import type {
  MachineScope,
  MachineType,
  Platform,
  RobotType,
  SessionState,
  StopStrategy,
} from './enumerations.ts';
import type { JobDto } from './jobs.ts';
import type { Many, NoInput, Operation } from './operation.ts';
import type { RobotWithLicenseDto } from './robots.ts';
import type { UpdateInfoDto } from './shared.ts';

export interface InterpretersDtoInput {
  readonly python?: string | null;
  readonly node?: string | null;
  readonly robotFramework?: string | null;
}

export interface SessionDto {
  readonly HostMachineName: string | null;
  readonly MachineId: number | null;
  readonly MachineName: string | null;
  readonly State: SessionState | null;
  readonly ReportingTime: string | null;
  readonly Info: string | null;
  readonly IsUnresponsive: boolean | null;
  readonly LicenseErrorCode: LicenseErrorCode | null;
  readonly OrganizationUnitId: number;
  readonly FolderName: string | null;
  readonly RobotSessionType: RobotSessionType;
  readonly Version: string | null;
  readonly Source: SessionSource | null;
  readonly DebugModeExpirationDate: string | null;
  readonly UpdateInfo: UpdateInfoDto | null;
  readonly InstallationId: string | null;
  readonly Platform: Platform | null;
  readonly EndpointDetection: string | null;
  /** What the host says that it has. */
  readonly Labels: readonly string[] | null;
  /** The versions of what jobs run with on the host. */
  readonly Interpreters: InterpretersDto | null;
  /** How busy the host was when it last said so. */
  readonly Use: HostUseDto | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly Robot?: RobotWithLicenseDto | null;
  /** With `$expand`. */
  readonly Job?: JobDto | null;
}

export const LicenseErrorCode = { NoLicense: 0, LicenseExpired: 1 } as const;
export type LicenseErrorCode = keyof typeof LicenseErrorCode;

export const RobotSessionType = { LongLived: 0, Ephemeral: 1 } as const;
export type RobotSessionType = keyof typeof RobotSessionType;

export const SessionSource = { Assistant: 0, StudioWeb: 1, StudioDesktop: 2 } as const;
export type SessionSource = keyof typeof SessionSource;

export interface InterpretersDto {
  readonly python: string | null;
  readonly node: string | null;
  readonly robotFramework: string | null;
}

export interface HostUseDto {
  readonly minute: string | null;
  readonly load: number | null;
  readonly processors: number | null;
  readonly memoryBytes: number | null;
  readonly freeMemoryBytes: number | null;
  readonly diskBytes: number | null;
  readonly freeDiskBytes: number | null;
}

export interface MachineSessionDto {
  readonly ServiceUserName: string | null;
  readonly HostMachineName: string | null;
  readonly MachineId: number | null;
  readonly MachineName: string | null;
  readonly State: SessionState | null;
  readonly ReportingTime: string | null;
  readonly Info: string | null;
  readonly IsUnresponsive: boolean | null;
  readonly LicenseErrorCode: LicenseErrorCode | null;
  readonly OrganizationUnitId: number;
  readonly FolderName: string | null;
  readonly RobotSessionType: RobotSessionType;
  readonly Version: string | null;
  readonly Source: SessionSource | null;
  readonly DebugModeExpirationDate: string | null;
  readonly UpdateInfo: UpdateInfoDto | null;
  readonly InstallationId: string | null;
  readonly Platform: Platform | null;
  readonly EndpointDetection: string | null;
  /** What the host says that it has. */
  readonly Labels: readonly string[] | null;
  /** The versions of what jobs run with on the host. */
  readonly Interpreters: InterpretersDto | null;
  /** How busy the host was when it last said so. */
  readonly Use: HostUseDto | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly Robot?: RobotWithLicenseDto | null;
  /** With `$expand`. */
  readonly Job?: JobDto | null;
}

export interface MachineSessionRuntimeDto {
  readonly SessionId: number | null;
  readonly MachineId: number | null;
  readonly MachineName: string | null;
  readonly MaintenanceMode: MaintenanceMode | null;
  readonly HostMachineName: string | null;
  readonly RuntimeType: RobotType | null;
  readonly MachineType: MachineType | null;
  readonly MachineScope: MachineScope | null;
  readonly Status: SessionState | null;
  readonly IsUnresponsive: boolean | null;
  readonly Runtimes: number | null;
  readonly UsedRuntimes: number | null;
  readonly ServiceUserName: string | null;
  readonly ReportingTime: string | null;
  readonly Version: string | null;
  readonly DebugModeExpirationDate: string | null;
  readonly Platform: Platform | null;
  readonly EndpointDetection: string | null;
  /** What the host says that it has. */
  readonly Labels: readonly string[] | null;
  /** How busy the host was when it last said so. */
  readonly Use: HostUseDto | null;
  readonly UpdateInfo: UpdateInfoDto | null;
  readonly TriggersCount: number;
}

export const MaintenanceMode = { Default: 0, Enabled: 1 } as const;
export type MaintenanceMode = keyof typeof MaintenanceMode;

export interface SessionMaintenanceModeParameters {
  readonly sessionId: number;
  readonly maintenanceMode: MaintenanceMode;
  readonly stopJobsStrategy?: StopStrategy | null;
}

export interface SessionsToggleMachineSessionDebugModeRequest {
  readonly enabled: boolean;
  readonly minutes?: number | null;
}

export interface DeleteInactiveSessionsParameters {
  readonly sessionIds?: readonly number[] | null;
}

/** Lists hosts that are or were connected. */
export const getSessions: Operation<NoInput, Many<SessionDto>> = {
  id: 'Sessions_Get',
  method: 'GET',
  path: '/odata/Sessions',
  answer: 'many',
};

/** Lists the hosts of all machines. */
export const getGlobalSessions: Operation<NoInput, Many<SessionDto>> = {
  id: 'Sessions_GetGlobalSessions',
  method: 'GET',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.GetGlobalSessions',
  answer: 'many',
};

/** Lists the hosts of one machine. */
export const getMachineSessions: Operation<{ readonly key: number }, Many<MachineSessionDto>> = {
  id: 'Sessions_GetMachineSessionsByKey',
  method: 'GET',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.GetMachineSessions(key={key})',
  answer: 'many',
};

/** Lists the slots of all hosts, and how many are taken. */
export const getMachineSessionRuntimes: Operation<
  { readonly runtimeType?: RobotType | null },
  Many<MachineSessionRuntimeDto>
> = {
  id: 'Sessions_GetMachineSessionRuntimes',
  method: 'GET',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.GetMachineSessionRuntimes',
  query: ['runtimeType'],
  answer: 'many',
};

/** Lists the slots of hosts that may run jobs of a folder. */
export const getMachineSessionRuntimesByFolder: Operation<
  { readonly folderId: number; readonly robotId?: number | null; readonly runtimeType?: RobotType | null },
  Many<MachineSessionRuntimeDto>
> = {
  id: 'Sessions_GetMachineSessionRuntimesByFolderId',
  method: 'GET',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.GetMachineSessionRuntimesByFolderId(folderId={folderId})',
  query: ['robotId', 'runtimeType'],
  answer: 'many',
};

/** Accounts that the services of hosts run as. */
export const getSessionUsernames: Operation<NoInput, Many<string>> = {
  id: 'Sessions_GetUsernames',
  method: 'GET',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.GetUsernames',
  answer: 'many',
};

/** How busy a host was in the last minutes, a row a minute. */
export const getHostUse: Operation<
  { readonly sessionId: number; readonly minutes?: number | null },
  readonly HostUseDto[]
> = {
  id: 'Sessions_GetHostUse',
  method: 'GET',
  path: '/api/Sessions/HostUse',
  query: ['sessionId', 'minutes'],
  answer: 'plain',
};

/** Keeps new jobs away from a host, or lets them come again; its running jobs may be stopped with it. */
export const setMaintenanceMode: Operation<{ readonly body: SessionMaintenanceModeParameters }, undefined> = {
  id: 'Sessions_SetMaintenanceMode',
  method: 'POST',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.SetMaintenanceMode',
  answer: 'nothing',
};

/** Notes until when a host is used for debugging. */
export const toggleDebugMode: Operation<
  { readonly key: number; readonly body: SessionsToggleMachineSessionDebugModeRequest },
  undefined
> = {
  id: 'Sessions_ToggleMachineSessionDebugModeById',
  method: 'POST',
  path: '/odata/Sessions({key})/UiPath.Server.Configuration.OData.ToggleMachineSessionDebugMode',
  answer: 'nothing',
};

/** Forgets hosts that are not connected and have no job in hand; an empty list means all of them. */
export const deleteInactiveSessions: Operation<
  { readonly body: DeleteInactiveSessionsParameters },
  undefined
> = {
  id: 'Sessions_DeleteInactiveUnattendedSessions',
  method: 'POST',
  path: '/odata/Sessions/UiPath.Server.Configuration.OData.DeleteInactiveUnattendedSessions',
  answer: 'nothing',
};
