// Made from the server's declarations by `npm run contract`.
import type { CredentialType, RobotHostingType, RobotProvisionType, RobotType } from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { UserDto } from './users.ts';

export interface SimpleRobotDto {
  readonly LicenseKey: string | null;
  readonly MachineName: string | null;
  readonly MachineId: number | null;
  readonly Name: string | null;
  readonly Username: string | null;
  readonly ExternalName: string | null;
  readonly Description: string | null;
  readonly Type: RobotType | null;
  readonly HostingType: RobotHostingType;
  readonly ProvisionType: RobotProvisionType;
  readonly Password: string | null;
  readonly CredentialStoreId: number | null;
  readonly UserId: number | null;
  readonly Enabled: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  readonly Environments: readonly unknown[] | null;
  readonly RobotEnvironments: string;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly IsExternalLicensed: boolean;
  readonly LimitConcurrentExecution: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
}

export interface RobotDto {
  readonly LicenseKey: string | null;
  readonly MachineName: string | null;
  readonly MachineId: number | null;
  readonly Name: string | null;
  readonly Username: string | null;
  readonly ExternalName: string | null;
  readonly Description: string | null;
  readonly Type: RobotType | null;
  readonly HostingType: RobotHostingType;
  readonly ProvisionType: RobotProvisionType;
  readonly Password: string | null;
  readonly CredentialStoreId: number | null;
  readonly UserId: number | null;
  readonly Enabled: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  readonly Environments: readonly unknown[] | null;
  readonly RobotEnvironments: string;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly IsExternalLicensed: boolean;
  readonly LimitConcurrentExecution: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly User?: UserDto | null;
}

export interface RobotDtoInput {
  readonly Username?: string | null;
  readonly Description?: string | null;
  readonly Enabled?: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType?: CredentialType | null;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings?: Readonly<Record<string, unknown>> | null;
}

export interface RobotDeleteBulkRequest {
  readonly robotIds: readonly number[];
}

export interface RobotsConvertToFloatingRequest {
  readonly robotId: number;
}

export interface RobotsToggleEnabledStatusRequest {
  readonly robotIds: readonly number[];
  readonly enabled: boolean;
}

export interface ExtendedRobotDto {
  readonly LicenseKey: string | null;
  readonly MachineName: string | null;
  readonly MachineId: number | null;
  readonly Name: string | null;
  readonly Username: string | null;
  readonly ExternalName: string | null;
  readonly Description: string | null;
  readonly Type: RobotType | null;
  readonly HostingType: RobotHostingType;
  readonly ProvisionType: RobotProvisionType;
  readonly Password: string | null;
  readonly CredentialStoreId: number | null;
  readonly UserId: number | null;
  readonly Enabled: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  readonly Environments: readonly unknown[] | null;
  readonly RobotEnvironments: string;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly IsExternalLicensed: boolean;
  readonly LimitConcurrentExecution: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly User?: UserDto | null;
}

export interface RobotsFromFolderModel {
  readonly UserType: RobotUserType | null;
  readonly UserEmail: string | null;
  readonly UserFullName: string | null;
  readonly UserKey: string | null;
  readonly LicenseKey: string | null;
  readonly MachineName: string | null;
  readonly MachineId: number | null;
  readonly Name: string | null;
  readonly Username: string | null;
  readonly ExternalName: string | null;
  readonly Description: string | null;
  readonly Type: RobotType | null;
  readonly HostingType: RobotHostingType;
  readonly ProvisionType: RobotProvisionType;
  readonly Password: string | null;
  readonly CredentialStoreId: number | null;
  readonly UserId: number | null;
  readonly Enabled: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  readonly Environments: readonly unknown[] | null;
  readonly RobotEnvironments: string;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly IsExternalLicensed: boolean;
  readonly LimitConcurrentExecution: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
}

export const RobotUserType = {
  User: 0,
  Robot: 1,
  DirectoryUser: 2,
  DirectoryGroup: 3,
  DirectoryRobot: 4,
  DirectoryExternalApplication: 5,
} as const;
export type RobotUserType = keyof typeof RobotUserType;

export interface KeyValuePairOfStringString {
  readonly Key: string | null;
  readonly Value: string | null;
}

export interface RobotWithLicenseDto {
  readonly LicenseKey: string | null;
  readonly MachineName: string | null;
  readonly MachineId: number | null;
  readonly Name: string | null;
  readonly Username: string | null;
  readonly ExternalName: string | null;
  readonly Description: string | null;
  readonly Type: RobotType | null;
  readonly HostingType: RobotHostingType;
  readonly ProvisionType: RobotProvisionType;
  readonly Password: string | null;
  readonly CredentialStoreId: number | null;
  readonly UserId: number | null;
  readonly Enabled: boolean | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  readonly Environments: readonly unknown[] | null;
  readonly RobotEnvironments: string;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly IsExternalLicensed: boolean;
  readonly LimitConcurrentExecution: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly License?: RobotLicenseDto | null;
  /** With `$expand`. */
  readonly User?: UserDto | null;
}

export interface RobotLicenseDto {
  readonly RobotId: number | null;
  readonly Timestamp: string | null;
  readonly Id: number;
}

/** Lists the accounts that jobs run as. */
export const getRobots: Operation<NoInput, Many<RobotDto>> = {
  id: 'Robots_Get',
  method: 'GET',
  path: '/odata/Robots',
  answer: 'many',
};

/** Refused: robots come with users that have unattended rights. */
export const postRobot: Operation<{ readonly body: RobotDtoInput }, One<RobotDto>> = {
  id: 'Robots_Post',
  method: 'POST',
  path: '/odata/Robots',
  answer: 'one',
};

/** One robot. */
export const getRobot: Operation<{ readonly key: number }, One<RobotDto>> = {
  id: 'Robots_GetById',
  method: 'GET',
  path: '/odata/Robots({key})',
  answer: 'one',
};

/** Replaces what can be set of a robot: description, account name on hosts, execution settings, enabled. */
export const putRobot: Operation<{ readonly key: number; readonly body: RobotDtoInput }, undefined> = {
  id: 'Robots_PutById',
  method: 'PUT',
  path: '/odata/Robots({key})',
  answer: 'nothing',
};

/** Changes the members of a robot that are given. */
export const patchRobot: Operation<{ readonly key: number; readonly body: RobotDtoInput }, undefined> = {
  id: 'Robots_PatchById',
  method: 'PATCH',
  path: '/odata/Robots({key})',
  answer: 'nothing',
};

/** Deletes a robot whose user has no unattended rights any more. */
export const deleteRobot: Operation<{ readonly key: number }, undefined> = {
  id: 'Robots_DeleteById',
  method: 'DELETE',
  path: '/odata/Robots({key})',
  answer: 'nothing',
};

/** Deletes several robots, or none when one of them cannot be deleted. */
export const deleteRobots: Operation<{ readonly body: RobotDeleteBulkRequest }, undefined> = {
  id: 'Robots_DeleteBulk',
  method: 'POST',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.DeleteBulk',
  answer: 'nothing',
};

/** Makes a robot independent of one machine. All robots here already are. */
export const convertToFloating: Operation<{ readonly body: RobotsConvertToFloatingRequest }, undefined> = {
  id: 'Robots_ConvertToFloating',
  method: 'POST',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.ConvertToFloating',
  answer: 'nothing',
};

/** Lets robots take jobs, or no longer. */
export const toggleEnabledStatus: Operation<{ readonly body: RobotsToggleEnabledStatusRequest }, undefined> =
  {
    id: 'Robots_ToggleEnabledStatus',
    method: 'POST',
    path: '/odata/Robots/UiPath.Server.Configuration.OData.ToggleEnabledStatus',
    answer: 'nothing',
  };

/** Lists all robots, with their users where asked for. */
export const findAllAcrossFolders: Operation<NoInput, Many<ExtendedRobotDto>> = {
  id: 'Robots_FindAllAcrossFolders',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.FindAllAcrossFolders',
  answer: 'many',
};

/** Lists robots that may run jobs in some folder. */
export const getConfiguredRobots: Operation<NoInput, Many<ExtendedRobotDto>> = {
  id: 'Robots_GetConfiguredRobots',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.GetConfiguredRobots',
  answer: 'many',
};

/** Robots that may run jobs of a folder on a machine. */
export const getFolderRobots: Operation<
  { readonly folderId: number; readonly machineId: number },
  Many<ExtendedRobotDto>
> = {
  id: 'Robots_GetFolderRobotsByFolderidAndMachineid',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.GetFolderRobots(folderId={folderId},machineId={machineId})',
  answer: 'many',
};

/** Robots that may run jobs of a folder, with what is known of their users. */
export const getRobotsFromFolder: Operation<
  { readonly folderId: number; readonly machineId?: number | null },
  Many<RobotsFromFolderModel>
> = {
  id: 'Robots_GetRobotsFromFolderByFolderid',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.GetRobotsFromFolder(folderId={folderId})',
  query: ['machineId'],
  answer: 'many',
};

/** Robots that may run a process, which is named by its id. */
export const getRobotsForProcess: Operation<{ readonly processId: string }, Many<RobotDto>> = {
  id: 'Robots_GetRobotsForProcessByProcessid',
  method: 'GET',
  path: "/odata/Robots/UiPath.Server.Configuration.OData.GetRobotsForProcess(processId='{processId}')",
  answer: 'many',
};

/** Account names of robots. */
export const getRobotUsernames: Operation<NoInput, Many<string>> = {
  id: 'Robots_GetUsernames',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.GetUsernames',
  answer: 'many',
};

/** License keys by machine name. */
export const getLicenseKeyMappings: Operation<NoInput, Many<KeyValuePairOfStringString>> = {
  id: 'Robots_GetMachineNameToLicenseKeyMappings',
  method: 'GET',
  path: '/odata/Robots/UiPath.Server.Configuration.OData.GetMachineNameToLicenseKeyMappings',
  answer: 'many',
};
