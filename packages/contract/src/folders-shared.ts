// Made from the server's declarations by `npm run contract`.
import type { UserType } from './enumerations.ts';

export const FolderType = { Standard: 0, Personal: 1, Virtual: 2, Solution: 3, DebugSolution: 4 } as const;
export type FolderType = keyof typeof FolderType;

export const FolderProvisionType = { Manual: 0, Automatic: 1 } as const;
export type FolderProvisionType = keyof typeof FolderProvisionType;

export const FolderPermissionModel = { InheritFromTenant: 0, FineGrained: 1 } as const;
export type FolderPermissionModel = keyof typeof FolderPermissionModel;

export const FolderFeedType = {
  Undefined: 0,
  Processes: 1,
  Libraries: 2,
  PersonalWorkspace: 3,
  FolderHierarchy: 4,
} as const;
export type FolderFeedType = keyof typeof FolderFeedType;

export const UserSource = { Orchestrator: 0, Portal: 1, All: 2 } as const;
export type UserSource = keyof typeof UserSource;

export interface SimpleFolderDto {
  readonly DisplayName: string | null;
  readonly FullyQualifiedName: string | null;
  readonly Id: number | null;
}

export interface UserRoleAssignmentsDto {
  readonly TenantRoles: readonly RoleUsersDto[] | null;
  readonly PageItems: readonly FolderAssignmentsDto[] | null;
  readonly Count: number | null;
  readonly Id: number | null;
}

export const DirectoryObjectType = {
  User: 0,
  Group: 1,
  Machine: 2,
  Robot: 3,
  ExternalApplication: 4,
} as const;
export type DirectoryObjectType = keyof typeof DirectoryObjectType;

export interface RoleUsersDto {
  readonly Name: string | null;
  readonly Users: readonly SimpleUserEntityDto[] | null;
  readonly Id: number | null;
}

export interface FolderAssignmentsDto {
  readonly Folder: SimpleFolderDto | null;
  readonly Roles: readonly RoleUsersDto[] | null;
}

export interface SimpleUserEntityDto {
  readonly UserName: string | null;
  readonly IsInherited: boolean | null;
  readonly AssignedToFolderIds: readonly number[] | null;
  readonly MayHaveAttended: boolean | null;
  readonly MayHaveUnattended: boolean | null;
  readonly Type: UserType | null;
  readonly Source: UserSource | null;
  readonly Id: number | null;
}
