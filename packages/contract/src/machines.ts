// Made from the server's declarations by `npm run contract`.
import type {
  AutomationType,
  EndpointDetectionStatus,
  MachineScope,
  MachineTargetFramework,
  MachineType,
  MaintenanceStopStrategy,
  RobotType,
  ServerlessLicensingModel,
} from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { TagDto, TagDtoInput, UpdatePolicyDto, UpdatePolicyDtoInput } from './shared.ts';

export interface MachineDto {
  readonly LicenseKey: string | null;
  readonly Name: string | null;
  readonly Description: string | null;
  /** Kept and given back, and not carried out: a machine has as many hosts as connect with its key. */
  readonly Type: MachineType;
  /** Kept and given back, and not carried out: machines are those of the tenant. */
  readonly Scope: MachineScope;
  readonly NonProductionSlots: number | null;
  readonly UnattendedSlots: number | null;
  readonly HeadlessSlots: number | null;
  readonly TestAutomationSlots: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly HostingSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AppTestSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly PerformanceTestSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudTestAutomationSlots: number;
  readonly Key: string | null;
  readonly EndpointDetectionStatus: EndpointDetectionStatus;
  readonly RobotVersions: readonly MachinesRobotVersionDto[] | null;
  readonly RobotUsers: readonly RobotUserDto[] | null;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly AutomationType: AutomationType;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly TargetFramework: MachineTargetFramework;
  readonly ServerlessLicensingModel: ServerlessLicensingModel | null;
  readonly UpdatePolicy: UpdatePolicyDto | null;
  readonly ClientSecret: string | null;
  readonly Tags: readonly TagDto[] | null;
  /** Kept and given back, and not carried out: jobs start at any time. */
  readonly MaintenanceWindow: MaintenanceWindowDto | null;
  /** Kept and given back, and not carried out: there is no cloud network. */
  readonly VpnSettings: MachineVpnSettingsDto | null;
  readonly Id: number;
}

export interface MachinesRobotVersionDto {
  readonly Count: number | null;
  readonly Version: string | null;
  readonly MachineId: number | null;
}

export interface RobotUserDto {
  readonly UserName: string | null;
  readonly RobotId: number;
  readonly HasTriggers: boolean | null;
}

export interface MaintenanceWindowDto {
  readonly enabled: boolean | null;
  readonly jobStopStrategy: MaintenanceStopStrategy | null;
  readonly cronExpression: string | null;
  readonly timezoneId: string | null;
  readonly duration: number | null;
  readonly nextExecutionTime: string | null;
}

export interface MachineVpnSettingsDto {
  readonly cidr: string | null;
}

export interface ExtendedMachineDto {
  readonly LicenseKey: string | null;
  readonly Name: string | null;
  readonly Description: string | null;
  /** Kept and given back, and not carried out: a machine has as many hosts as connect with its key. */
  readonly Type: MachineType;
  /** Kept and given back, and not carried out: machines are those of the tenant. */
  readonly Scope: MachineScope;
  readonly NonProductionSlots: number | null;
  readonly UnattendedSlots: number | null;
  readonly HeadlessSlots: number | null;
  readonly TestAutomationSlots: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly HostingSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AppTestSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly PerformanceTestSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudSlots: number;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudTestAutomationSlots: number;
  readonly Key: string | null;
  readonly EndpointDetectionStatus: EndpointDetectionStatus;
  readonly RobotVersions: readonly MachinesRobotVersionDto[] | null;
  readonly RobotUsers: readonly RobotUserDto[] | null;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly AutomationType: AutomationType;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly TargetFramework: MachineTargetFramework;
  readonly ServerlessLicensingModel: ServerlessLicensingModel | null;
  readonly UpdatePolicy: UpdatePolicyDto | null;
  readonly ClientSecret: string | null;
  readonly Tags: readonly TagDto[] | null;
  /** Kept and given back, and not carried out: jobs start at any time. */
  readonly MaintenanceWindow: MaintenanceWindowDto | null;
  /** Kept and given back, and not carried out: there is no cloud network. */
  readonly VpnSettings: MachineVpnSettingsDto | null;
  readonly Id: number;
}

export interface MachineDtoInput {
  readonly Name?: string | null;
  readonly Description?: string | null;
  /** Kept and given back, and not carried out: a machine has as many hosts as connect with its key. */
  readonly Type?: MachineType | null;
  /** Kept and given back, and not carried out: machines are those of the tenant. */
  readonly Scope?: MachineScope | null;
  readonly NonProductionSlots?: number | null;
  readonly UnattendedSlots?: number | null;
  readonly HeadlessSlots?: number | null;
  readonly TestAutomationSlots?: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly HostingSlots?: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AppTestSlots?: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly PerformanceTestSlots?: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudSlots?: number | null;
  /** Taken, and of no effect: nothing here runs in a cloud. */
  readonly AutomationCloudTestAutomationSlots?: number | null;
  readonly RobotUsers?: readonly RobotUserDtoInput[] | null;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly AutomationType?: AutomationType | null;
  /** Kept and given back, and not carried out: hosts take every job that they can run. */
  readonly TargetFramework?: MachineTargetFramework | null;
  readonly UpdatePolicy?: UpdatePolicyDtoInput | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  /** Kept and given back, and not carried out: jobs start at any time. */
  readonly MaintenanceWindow?: MaintenanceWindowDtoInput | null;
  /** Kept and given back, and not carried out: there is no cloud network. */
  readonly VpnSettings?: MachineVpnSettingsDtoInput | null;
}

export interface RobotUserDtoInput {
  readonly RobotId: number;
}

export interface MaintenanceWindowDtoInput {
  readonly enabled?: boolean | null;
  readonly jobStopStrategy?: MaintenanceStopStrategy | null;
  readonly cronExpression?: string | null;
  readonly timezoneId?: string | null;
  readonly duration?: number | null;
  readonly nextExecutionTime?: string | null;
}

export interface MachineVpnSettingsDtoInput {
  readonly cidr?: string | null;
}

export interface MachineDeleteBulkRequest {
  readonly machineIds: readonly number[];
}

export interface MachineRuntimeDto {
  readonly Type: RobotType | null;
  readonly Total: number | null;
  readonly Connected: number | null;
  readonly Available: number | null;
}

export interface ClientSecretRowDto {
  readonly id: string | null;
  readonly creationTime: string | null;
  /** The host that joined with a code and has this secret alone. */
  readonly hostMachineName: string | null;
}

export interface ClientSecretDto {
  readonly id: string | null;
  readonly secret: string | null;
  readonly creationTime: string | null;
}

export interface JoinCodeRowDto {
  readonly id: number;
  readonly hosts: number;
  /** How many hosts have joined with it. */
  readonly used: number;
  readonly creationTime: string;
  readonly expirationTime: string;
}

export interface JoinCodeDto {
  readonly id: number;
  readonly hosts: number;
  /** How many hosts have joined with it. */
  readonly used: number;
  readonly creationTime: string;
  readonly expirationTime: string;
  /** What a host joins with, shown in this answer only. */
  readonly code: string;
}

export interface JoinCodeRequest {
  /** How many hosts may join with it. Default: 1. */
  readonly hosts?: number | null;
  /** How long it is good. Default: an hour; at most a week. */
  readonly minutes?: number | null;
}

/** Lists machines. */
export const getMachines: Operation<NoInput, Many<ExtendedMachineDto>> = {
  id: 'Machines_Get',
  method: 'GET',
  path: '/odata/Machines',
  answer: 'many',
};

/** One machine, with the license key that its hosts connect with. */
export const getMachine: Operation<{ readonly key: number }, One<MachineDto>> = {
  id: 'Machines_GetById',
  method: 'GET',
  path: '/odata/Machines({key})',
  answer: 'one',
};

/** Creates a machine; the answer holds its first client secret, which is never shown again. */
export const postMachine: Operation<{ readonly body: MachineDtoInput }, One<MachineDto>> = {
  id: 'Machines_Post',
  method: 'POST',
  path: '/odata/Machines',
  answer: 'one',
};

/** Replaces what can be set of a machine. */
export const putMachine: Operation<{ readonly key: number; readonly body: MachineDtoInput }, undefined> = {
  id: 'Machines_PutById',
  method: 'PUT',
  path: '/odata/Machines({key})',
  answer: 'nothing',
};

/** Changes the members of a machine that are given. */
export const patchMachine: Operation<{ readonly key: number; readonly body: MachineDtoInput }, undefined> = {
  id: 'Machines_PatchById',
  method: 'PATCH',
  path: '/odata/Machines({key})',
  answer: 'nothing',
};

/** Deletes a machine that runs no job, with its secrets and sessions. */
export const deleteMachine: Operation<{ readonly key: number }, undefined> = {
  id: 'Machines_DeleteById',
  method: 'DELETE',
  path: '/odata/Machines({key})',
  answer: 'nothing',
};

/** Deletes several machines, or none when one of them cannot be deleted. */
export const deleteMachines: Operation<{ readonly body: MachineDeleteBulkRequest }, undefined> = {
  id: 'Machines_DeleteBulk',
  method: 'POST',
  path: '/odata/Machines/UiPath.Server.Configuration.OData.DeleteBulk',
  answer: 'nothing',
};

/** Machines that may run jobs of a folder, inherited ones included. */
export const getAssignedMachines: Operation<
  { readonly folderId: number; readonly robotId?: number | null },
  Many<ExtendedMachineDto>
> = {
  id: 'Machines_GetAssignedMachinesByFolderid',
  method: 'GET',
  path: '/odata/Machines/UiPath.Server.Configuration.OData.GetAssignedMachines(folderId={folderId})',
  query: ['robotId'],
  answer: 'many',
};

/** Slots for jobs of a folder, by runtime type: all, connected and free. */
export const getRuntimesForFolder: Operation<{ readonly folderId: number }, Many<MachineRuntimeDto>> = {
  id: 'Machines_GetRuntimesForFolderByFolderid',
  method: 'GET',
  path: '/odata/Machines/UiPath.Server.Configuration.OData.GetRuntimesForFolder(folderId={folderId})',
  answer: 'many',
};

/** Ids and ages of the secrets of a machine. */
export const getClientSecrets: Operation<{ readonly licenseKey: string }, readonly ClientSecretRowDto[]> = {
  id: 'ClientSecrets_Get',
  method: 'GET',
  path: '/api/clientsecrets/{licenseKey}',
  answer: 'plain',
};

/** Makes another secret for a machine; it is shown in this answer only. */
export const postClientSecret: Operation<{ readonly licenseKey: string }, ClientSecretDto> = {
  id: 'ClientSecrets_Post',
  method: 'POST',
  path: '/api/clientsecrets/{licenseKey}',
  answer: 'plain',
};

/** Deletes a secret of a machine: hosts that connect with it are refused from now on. */
export const deleteClientSecret: Operation<{ readonly secretId: number }, undefined> = {
  id: 'ClientSecrets_Delete',
  method: 'DELETE',
  path: '/api/clientsecrets/{secretId}',
  answer: 'nothing',
};

/** Codes with which hosts can join a machine now. */
export const getJoinCodes: Operation<{ readonly licenseKey: string }, readonly JoinCodeRowDto[]> = {
  id: 'JoinCodes_Get',
  method: 'GET',
  path: '/api/joincodes/{licenseKey}',
  answer: 'plain',
};

/** Makes a code with which one host, or as many as it says, can join a machine. */
export const postJoinCode: Operation<
  { readonly licenseKey: string; readonly body: JoinCodeRequest },
  JoinCodeDto
> = {
  id: 'JoinCodes_Post',
  method: 'POST',
  path: '/api/joincodes/{licenseKey}',
  answer: 'plain',
};

/** Withdraws a code. Hosts that have joined with it stay. */
export const deleteJoinCode: Operation<{ readonly codeId: number }, undefined> = {
  id: 'JoinCodes_Delete',
  method: 'DELETE',
  path: '/api/joincodes/{codeId}',
  answer: 'nothing',
};
