import { entity } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { UserType } from '../../people/user-type.ts';
import { ExtendedMachine } from '../machines/contract.ts';
import { RoleType } from '../roles/enumerations.ts';
import { UpdateInfo } from '../sessions/update-info.ts';

export const FolderType = enumeration('FolderType', {
  Standard: 0,
  Personal: 1,
  Virtual: 2,
  Solution: 3,
  DebugSolution: 4,
});
export const FolderProvisionType = enumeration('FolderProvisionType', { Manual: 0, Automatic: 1 });
export const FolderPermissionModel = enumeration('FolderPermissionModel', {
  InheritFromTenant: 0,
  FineGrained: 1,
});
export const FeedType = enumeration('FolderFeedType', {
  Undefined: 0,
  Processes: 1,
  Libraries: 2,
  PersonalWorkspace: 3,
  FolderHierarchy: 4,
});
export const RoleOrigin = enumeration('RoleOrigin', { Assigned: 0, Inherited: 1 });
export const UserSource = enumeration('UserSource', { Orchestrator: 0, Portal: 1, All: 2 });
export const MachineFolderState = enumeration('MachineFolderState', {
  Unknown: 0,
  NotAssigned: 1,
  Assigned: 2,
  Inherited: 3,
  EroAcrError: 4,
  ServerlessError: 5,
});

const folderProperties = {
  Key: Guid({ readOnly: true }),
  // An empty name is refused in the same place as other impossible names (display-name.ts).
  DisplayName: NameText({ required: true, minLength: 0, maxLength: 115 }),
  FullyQualifiedName: Text({ readOnly: true, from: 'path' }),
  Description: Text({ maxLength: 500 }),
  FolderType: Enum(FolderType, { readOnly: true }),
  IsPersonal: Bool({ readOnly: true, from: `($.folder_type = 1)` }),
  ProvisionType: Enum(FolderProvisionType),
  PermissionModel: Enum(FolderPermissionModel),
  ParentId: Int64(),
  ParentKey: Guid({ from: `(select p.key from folders p where p.id = $.parent_id)` }),
  FeedType: Enum(FeedType),
  Id: Int64({ readOnly: true }),
};

export const Folder = entity({
  name: 'FolderDto',
  set: 'Folders',
  label: 'Folder',
  table: 'folders',
  properties: folderProperties,
});

export const PathAwareFolder = dto('PathAwareFolderDto', { FolderPath: Text(), ...folderProperties });

export const ExtendedFolder = dto('ExtendedFolderDto', {
  IsSelectable: Bool(),
  HasChildren: Bool(),
  Level: Int32(),
  ...folderProperties,
});

export const CurrentUserFolder = dto('CurrentUserFolderDto', {
  Key: Guid(),
  DisplayName: NameText(),
  FullyQualifiedName: Text(),
  Description: Text(),
  FolderType: Enum(FolderType),
  ParentId: Int64(),
  ParentKey: Guid(),
  Id: Int64(),
});

export const SimpleFolder = dto('SimpleFolderDto', {
  DisplayName: NameText(),
  FullyQualifiedName: Text(),
  Id: Int64(),
});

const assignedUser = {
  UserName: NameText(),
  IsInherited: Bool(),
  AssignedToFolderIds: List(Int64()),
  MayHaveAttended: Bool(),
  MayHaveUnattended: Bool(),
  Type: Enum(UserType),
  Source: Enum(UserSource),
  Id: Int64(),
};
export const SimpleUserEntity = dto('SimpleUserEntityDto', assignedUser);
const UserEntity = dto('UserEntityDto', {
  FullName: Text(),
  AuthenticationSource: Text(),
  ...assignedUser,
});
const SimpleRole = dto('SimpleRoleDto', {
  Origin: Enum(RoleOrigin),
  RoleType: Enum(RoleType),
  InheritedFromFolder: Complex(SimpleFolder),
  Name: NameText(),
  Id: Int32(),
});

/**
 * A user of a folder with the roles held there. Each operation supplies its own rows (users-of-folder.ts).
 */
export const UserRoles = entity({
  name: 'UserRolesDto',
  inTenant: false,
  table: 'folder_users',
  properties: {
    UserEntity: Complex(UserEntity),
    Roles: List(Complex(SimpleRole)),
    HasAlertsEnabled: Bool({ constant: false }),
    Id: Int64(),
  },
});

const RoleUsers = dto('RoleUsersDto', {
  Name: NameText(),
  Users: List(Complex(SimpleUserEntity)),
  Id: Int32(),
});
const FolderAssignments = dto('FolderAssignmentsDto', {
  Folder: Complex(SimpleFolder),
  Roles: List(Complex(RoleUsers)),
});
export const UserRoleAssignments = dto('UserRoleAssignmentsDto', {
  TenantRoles: List(Complex(RoleUsers)),
  PageItems: List(Complex(FolderAssignments)),
  Count: Int32(),
  Id: Int64(),
});

/** A machine of the tenant as one folder sees it. The rows come from machines-of-folder.ts. */
export const MachineFolder = entity({
  name: 'MachineFolderDto',
  table: 'machines',
  properties: {
    ...ExtendedMachine.fields,
    IsAssignedToFolder: Bool(),
    HasMachineRobots: Bool({ from: `exists (select from machine_robots mr where mr.machine_id = $.id)` }),
    IsInherited: Bool(),
    PropagateToSubFolders: Bool(),
    InheritedFromFolderName: Text(),
    UpdateInfo: Complex(UpdateInfo, { constant: null }),
  },
});

/** The state of a machine in a folder before and after a move. */
export const MoveFolderMachineChange = entity({
  name: 'MoveFolderMachineChange',
  key: 'MachineId',
  inTenant: false,
  table: 'folder_machines',
  properties: {
    MachineId: Int64(),
    MachineName: NameText(),
    OldMachineFolderState: Enum(MachineFolderState),
    NewMachineFolderState: Enum(MachineFolderState),
  },
});
