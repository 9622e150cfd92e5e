// Made from the server's declarations by `npm run contract`.
import type {
  AutomationType,
  EndpointDetectionStatus,
  MachineScope,
  MachineTargetFramework,
  MachineType,
  RoleType,
  ServerlessLicensingModel,
  UserType,
} from './enumerations.ts';
import type {
  DirectoryObjectType,
  FolderFeedType,
  FolderPermissionModel,
  FolderProvisionType,
  FolderType,
  SimpleFolderDto,
  UserRoleAssignmentsDto,
  UserSource,
} from './folders-shared.ts';
import type {
  MachinesRobotVersionDto,
  MachineVpnSettingsDto,
  MaintenanceWindowDto,
  RobotUserDto,
} from './machines.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { TagDto, UpdateInfoDto, UpdatePolicyDto } from './shared.ts';

export interface FolderDto {
  readonly Key: string | null;
  readonly DisplayName: string;
  readonly FullyQualifiedName: string | null;
  readonly Description: string | null;
  readonly FolderType: FolderType | null;
  readonly IsPersonal: boolean | null;
  readonly ProvisionType: FolderProvisionType | null;
  readonly PermissionModel: FolderPermissionModel | null;
  readonly ParentId: number | null;
  readonly ParentKey: string | null;
  readonly FeedType: FolderFeedType | null;
  readonly Id: number;
}

export interface FolderDtoInput {
  readonly DisplayName: string;
  readonly Description?: string | null;
  readonly ProvisionType?: FolderProvisionType | null;
  readonly PermissionModel?: FolderPermissionModel | null;
  readonly ParentId?: number | null;
  readonly ParentKey?: string | null;
  readonly FeedType?: FolderFeedType | null;
}

export interface FolderUpdateNameDescriptionRequest {
  readonly name?: string | null;
  readonly description?: string | null;
}

export interface MoveFolderMachineChange {
  readonly MachineId: number;
  readonly MachineName: string | null;
  readonly OldMachineFolderState: MachineFolderState | null;
  readonly NewMachineFolderState: MachineFolderState | null;
}

export const MachineFolderState = {
  Unknown: 0,
  NotAssigned: 1,
  Assigned: 2,
  Inherited: 3,
  EroAcrError: 4,
  ServerlessError: 5,
} as const;
export type MachineFolderState = keyof typeof MachineFolderState;

export interface FolderAssignUsersRequest {
  readonly assignments: UserAssignmentsDto;
}

export interface UserAssignmentsDto {
  readonly UserIds: readonly number[];
  readonly RolesPerFolder?: readonly FolderRolesDto[] | null;
}

export interface FolderRolesDto {
  readonly FolderId: number;
  readonly RoleIds: readonly number[];
}

export interface FolderAssignDomainUserRequest {
  readonly assignment: DomainUserAssignmentDto;
}

export interface DomainUserAssignmentDto {
  readonly Domain?: string | null;
  readonly UserName?: string | null;
  readonly DirectoryIdentifier?: string | null;
  readonly UserType?: UserType | null;
  readonly RolesPerFolder?: readonly FolderRolesDto[] | null;
}

export interface RemoveUserFromFolderRequest {
  readonly userId: number;
}

export interface RemoveUserByKeyFromFolderRequest {
  readonly userKey: string;
}

export interface UserRolesDto {
  readonly UserEntity: UserEntityDto | null;
  readonly Roles: readonly SimpleRoleDto[] | null;
  readonly HasAlertsEnabled: boolean;
  readonly Id: number;
}

export interface UserEntityDto {
  readonly FullName: string | null;
  readonly AuthenticationSource: string | null;
  readonly UserName: string | null;
  readonly IsInherited: boolean | null;
  readonly AssignedToFolderIds: readonly number[] | null;
  readonly MayHaveAttended: boolean | null;
  readonly MayHaveUnattended: boolean | null;
  readonly Type: UserType | null;
  readonly Source: UserSource | null;
  readonly Id: number | null;
}

export interface SimpleRoleDto {
  readonly Origin: RoleOrigin | null;
  readonly RoleType: RoleType | null;
  readonly InheritedFromFolder: SimpleFolderDto | null;
  readonly Name: string | null;
  readonly Id: number | null;
}

export const RoleOrigin = { Assigned: 0, Inherited: 1 } as const;
export type RoleOrigin = keyof typeof RoleOrigin;

export interface FolderAssignMachinesRequest {
  readonly assignments: MachineAssignmentsDto;
}

export interface MachineAssignmentsDto {
  readonly MachineIds: readonly number[];
  readonly FolderIds: readonly number[];
}

export interface UpdateMachinesToFolderAssociationsRequest {
  readonly associations: MachinesFolderAssociationsDto;
}

export interface MachinesFolderAssociationsDto {
  readonly FolderId: number;
  readonly AddedMachineIds?: readonly number[] | null;
  readonly RemovedMachineIds?: readonly number[] | null;
}

export interface RemoveMachinesFromFolderRequest {
  readonly machineIds: readonly number[];
}

export interface FolderMachineInheritDto {
  readonly MachineId: number;
  readonly FolderId: number;
  readonly InheritEnabled: boolean;
}

export interface MachineFolderDto {
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
  readonly IsAssignedToFolder: boolean | null;
  readonly HasMachineRobots: boolean | null;
  readonly IsInherited: boolean | null;
  readonly PropagateToSubFolders: boolean | null;
  readonly InheritedFromFolderName: string | null;
  readonly UpdateInfo: UpdateInfoDto | null;
}

export interface PageResultDtoOfCurrentUserFolderDto {
  readonly PageItems: readonly CurrentUserFolderDto[] | null;
  readonly Count: number | null;
}

export interface CurrentUserFolderDto {
  readonly Key: string | null;
  readonly DisplayName: string | null;
  readonly FullyQualifiedName: string | null;
  readonly Description: string | null;
  readonly FolderType: FolderType | null;
  readonly ParentId: number | null;
  readonly ParentKey: string | null;
  readonly Id: number | null;
}

/** Lists folders, all or those in which the caller may see them; personal workspaces are left out. */
export const getFolders: Operation<NoInput, Many<FolderDto>> = {
  id: 'Folders_Get',
  method: 'GET',
  path: '/odata/Folders',
  answer: 'many',
};

/** Creates a folder, in another one where `ParentId` or `ParentKey` names it. */
export const postFolder: Operation<{ readonly body: FolderDtoInput }, One<FolderDto>> = {
  id: 'Folders_Post',
  method: 'POST',
  path: '/odata/Folders',
  answer: 'one',
};

/** One folder. */
export const getFolder: Operation<{ readonly key: number }, One<FolderDto>> = {
  id: 'Folders_GetById',
  method: 'GET',
  path: '/odata/Folders({key})',
  answer: 'one',
};

/** One folder, by its GUID. */
export const getFolderByKey: Operation<{ readonly identifier: string }, One<FolderDto>> = {
  id: 'Folders_GetByKeyByIdentifier',
  method: 'GET',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.GetByKey(identifier={identifier})',
  answer: 'one',
};

/** Changes name and description of a folder; the paths of all below follow the name. */
export const putFolder: Operation<{ readonly key: number; readonly body: FolderDtoInput }, One<FolderDto>> = {
  id: 'Folders_PutById',
  method: 'PUT',
  path: '/odata/Folders({key})',
  answer: 'one',
};

/** Changes name or description of a folder, by its GUID. */
export const patchNameDescription: Operation<
  { readonly key: string; readonly body: FolderUpdateNameDescriptionRequest },
  undefined
> = {
  id: 'Folders_PatchNameDescription',
  method: 'PATCH',
  path: '/api/Folders/PatchNameDescription',
  query: ['key'],
  answer: 'nothing',
};

/** Deletes a folder and all below it, if there is nothing in them and nobody assigned. */
export const deleteFolder: Operation<{ readonly key: number }, undefined> = {
  id: 'Folders_DeleteById',
  method: 'DELETE',
  path: '/odata/Folders({key})',
  answer: 'nothing',
};

/** As above, by the GUID of the folder. */
export const deleteFolderByKey: Operation<{ readonly key: string }, undefined> = {
  id: 'Folders_DeleteByKey',
  method: 'DELETE',
  path: '/api/Folders/DeleteByKey',
  query: ['key'],
  answer: 'nothing',
};

/** Moves a folder with all below it into another one, or to the root. */
export const moveFolder: Operation<
  { readonly folderId: number; readonly targetParentId?: number | null },
  undefined
> = {
  id: 'Folders_MoveFolderByFolderid',
  method: 'PUT',
  path: '/odata/Folders({folderId})/UiPath.Server.Configuration.OData.MoveFolder',
  query: ['targetParentId'],
  answer: 'nothing',
};

/** Machines that a move would give to a folder or take from it. */
export const getMoveFolderMachinesChanges: Operation<
  { readonly folderId: number; readonly targetParentId?: number | null },
  Many<MoveFolderMachineChange>
> = {
  id: 'Folders_GetMoveFolderMachinesChanges',
  method: 'GET',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.GetMoveFolderMachinesChanges',
  query: ['folderId', 'targetParentId'],
  answer: 'many',
};

/** Gives users roles in folders; what they held there before is replaced. */
export const assignUsers: Operation<{ readonly body: FolderAssignUsersRequest }, undefined> = {
  id: 'Folders_AssignUsers',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.AssignUsers',
  answer: 'nothing',
};

/** Gives someone of the directory roles in folders, and adds them to the tenant where they are new to it. */
export const assignDomainUser: Operation<{ readonly body: FolderAssignDomainUserRequest }, undefined> = {
  id: 'Folders_AssignDomainUser',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.AssignDomainUser',
  answer: 'nothing',
};

/** The same under the name that newer clients use. */
export const assignDirectoryUser: Operation<{ readonly body: FolderAssignDomainUserRequest }, undefined> = {
  id: 'Folders_AssignDirectoryUser',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.AssignDirectoryUser',
  answer: 'nothing',
};

/** Takes from a user all roles that were given in the folder itself. */
export const removeUserFromFolder: Operation<
  { readonly key: number; readonly body: RemoveUserFromFolderRequest },
  undefined
> = {
  id: 'Folders_RemoveUserFromFolderById',
  method: 'POST',
  path: '/odata/Folders({key})/UiPath.Server.Configuration.OData.RemoveUserFromFolder',
  answer: 'nothing',
};

/** As above, by the GUID of the user. */
export const removeUserFromFolderByKey: Operation<
  { readonly key: number; readonly body: RemoveUserByKeyFromFolderRequest },
  undefined
> = {
  id: 'Folders_RemoveUserFromFolderByKey',
  method: 'POST',
  path: '/odata/Folders({key})/UiPath.Server.Configuration.OData.RemoveUserFromFolderByKey',
  answer: 'nothing',
};

/** Users with roles in a folder, and with those inherited from above where that is asked for. */
export const getUsersForFolder: Operation<
  {
    readonly key: number;
    readonly includeInherited: boolean;
    readonly includeAlertsEnabled?: boolean | null;
  },
  Many<UserRolesDto>
> = {
  id: 'Folders_GetUsersForFolderByKeyAndIncludeinherited',
  method: 'GET',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.GetUsersForFolder(key={key},includeInherited={includeInherited})',
  query: ['includeAlertsEnabled'],
  answer: 'many',
};

/** The roles of one user: in the tenant, and folder by folder. */
export const getAllRolesForUser: Operation<
  {
    readonly username: string;
    readonly skip: number;
    readonly take: number;
    readonly type?: DirectoryObjectType | null;
    readonly searchText?: string | null;
  },
  One<UserRoleAssignmentsDto>
> = {
  id: 'Folders_GetAllRolesForUserByUsernameAndSkipAndTake',
  method: 'GET',
  path: "/odata/Folders/UiPath.Server.Configuration.OData.GetAllRolesForUser(username='{username}',skip={skip},take={take})",
  query: ['type', 'searchText'],
  answer: 'one',
};

/** Lets machines run the jobs of folders. */
export const assignMachines: Operation<{ readonly body: FolderAssignMachinesRequest }, undefined> = {
  id: 'Folders_AssignMachines',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.AssignMachines',
  answer: 'nothing',
};

/** Adds machines to a folder and removes others, at once. */
export const updateMachinesToFolderAssociations: Operation<
  { readonly body: UpdateMachinesToFolderAssociationsRequest },
  undefined
> = {
  id: 'Folders_UpdateMachinesToFolderAssociations',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.UpdateMachinesToFolderAssociations',
  answer: 'nothing',
};

/** Removes machines from a folder. */
export const removeMachinesFromFolder: Operation<
  { readonly key: number; readonly body: RemoveMachinesFromFolderRequest },
  undefined
> = {
  id: 'Folders_RemoveMachinesFromFolderById',
  method: 'POST',
  path: '/odata/Folders({key})/UiPath.Server.Configuration.OData.RemoveMachinesFromFolder',
  answer: 'nothing',
};

/** Says whether a machine of a folder also serves the folders below. */
export const toggleFolderMachineInherit: Operation<{ readonly body: FolderMachineInheritDto }, undefined> = {
  id: 'Folders_ToggleFolderMachineInherit',
  method: 'POST',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.ToggleFolderMachineInherit',
  answer: 'nothing',
};

/** Machines as a folder sees them: assigned, inherited, or neither. */
export const getMachinesForFolder: Operation<{ readonly key: number }, Many<MachineFolderDto>> = {
  id: 'Folders_GetMachinesForFolderByKey',
  method: 'GET',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.GetMachinesForFolder(key={key})',
  answer: 'many',
};

/** Folders below one that have a machine of their own. */
export const getSubfoldersWithAssignedMachine: Operation<
  { readonly rootFolderId: number; readonly machineId: number },
  Many<FolderDto>
> = {
  id: 'Folders_GetSubfoldersWithAssignedMachine',
  method: 'GET',
  path: '/odata/Folders/UiPath.Server.Configuration.OData.GetSubfoldersWithAssignedMachine',
  query: ['rootFolderId', 'machineId'],
  answer: 'many',
};

/** Folders in which the caller holds a role, a page of them. */
export const getAllForCurrentUser: Operation<
  { readonly take?: number | null; readonly skip?: number | null },
  PageResultDtoOfCurrentUserFolderDto
> = {
  id: 'Folders_GetAllForCurrentUser',
  method: 'GET',
  path: '/api/Folders/GetAllForCurrentUser',
  query: ['take', 'skip'],
  answer: 'plain',
};
