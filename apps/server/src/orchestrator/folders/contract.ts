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
import { anyOf, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';
import type { Right } from '../../kernel/contract/permission.ts';
import { userCreated } from '../../people/user-events.ts';
import { UserType } from '../../people/user-type.ts';
import { robotCreated } from '../robots/events.ts';
import {
  CurrentUserFolder,
  Folder,
  MachineFolder,
  MoveFolderMachineChange,
  UserRoleAssignments,
  UserRoles,
} from './entities.ts';
import {
  folderCreated,
  folderDeleted,
  folderMoved,
  folderUpdated,
  machinesAssigned,
  usersAssigned,
} from './events.ts';

export const DirectoryObjectType = enumeration('DirectoryObjectType', {
  User: 0,
  Group: 1,
  Machine: 2,
  Robot: 3,
  ExternalApplication: 4,
});

const Ids = List(Int64(), { required: true, max: 1000 });
const FolderRoles = dto('FolderRolesDto', {
  FolderId: Int64({ required: true }),
  RoleIds: List(Int32(), { required: true, max: 100 }),
});
const RolesPerFolder = List(Complex(FolderRoles), { max: 1000 });
export const UserAssignments = dto('UserAssignmentsDto', { UserIds: Ids, RolesPerFolder });
export const DomainUserAssignment = dto('DomainUserAssignmentDto', {
  Domain: NameText({ maxLength: 256 }),
  UserName: NameText({ maxLength: 256 }),
  DirectoryIdentifier: Guid(),
  UserType: Enum(UserType),
  RolesPerFolder,
});
const assignDomainUserBody = dto('FolderAssignDomainUserRequest', {
  assignment: Complex(DomainUserAssignment, { required: true }),
});
const assignUsersBody = dto('FolderAssignUsersRequest', {
  assignments: Complex(UserAssignments, { required: true }),
});
const assignMachinesBody = dto('FolderAssignMachinesRequest', {
  assignments: Complex(dto('MachineAssignmentsDto', { MachineIds: Ids, FolderIds: Ids }), { required: true }),
});
const associationsBody = dto('UpdateMachinesToFolderAssociationsRequest', {
  associations: Complex(
    dto('MachinesFolderAssociationsDto', {
      FolderId: Int64({ required: true }),
      AddedMachineIds: List(Int64(), { max: 1000 }),
      RemovedMachineIds: List(Int64(), { max: 1000 }),
    }),
    { required: true },
  ),
});

/**
 * Units.* is held in the tenant and counts for all of its folders. SubFolders.* is held in the folder that an
 * operation names and counts for that folder and those below it.
 */
const either = (right: Right) => anyOf(`Units.${right}`, `SubFolders.${right}`);
const shared = { tag: 'Folders', scope: 'OR.Folders', folder: 'none', heldAnywhere: true } as const;
const params = { key: Int64() };
const byKey = { key: Guid({ required: true }) };

export const getFolders = operation({
  ...shared,
  id: 'Folders_Get',
  method: 'GET',
  path: '/odata/Folders',
  summary: 'Lists folders, all or those in which the caller may see them; personal workspaces are left out.',
  permission: either('View'),
  odata: { entity: Folder, options: 'efsotkc' },
  answer: many(Folder),
});

export const postFolder = operation({
  ...shared,
  id: 'Folders_Post',
  method: 'POST',
  path: '/odata/Folders',
  summary: 'Creates a folder, in another one where `ParentId` or `ParentKey` names it.',
  permission: either('Create'),
  body: Folder,
  tells: [folderCreated],
  answer: one(Folder, 201),
  example: { DisplayName: 'Finance', Description: 'Invoices and payments', FeedType: 'Processes' },
});

export const getFolder = operation({
  ...shared,
  id: 'Folders_GetById',
  method: 'GET',
  path: '/odata/Folders({key})',
  summary: 'One folder.',
  permission: null,
  params,
  odata: { entity: Folder, options: 'es' },
  answer: one(Folder),
});

export const getFolderByKey = operation({
  ...shared,
  id: 'Folders_GetByKeyByIdentifier',
  method: 'GET',
  path: '/odata/Folders/~.GetByKey(identifier={identifier})',
  summary: 'One folder, by its GUID.',
  permission: null,
  params: { identifier: Guid() },
  odata: { entity: Folder, options: 'efsotkc' },
  answer: one(Folder),
});

export const putFolder = operation({
  ...shared,
  id: 'Folders_PutById',
  method: 'PUT',
  path: '/odata/Folders({key})',
  summary: 'Changes name and description of a folder; the paths of all below follow the name.',
  permission: either('Edit'),
  params,
  body: Folder,
  tells: [folderUpdated],
  answer: one(Folder),
  example: { DisplayName: 'Accounting', Description: 'Was Finance' },
});

export const patchNameDescription = operation({
  ...shared,
  id: 'Folders_PatchNameDescription',
  method: 'PATCH',
  path: '/api/Folders/PatchNameDescription',
  summary: 'Changes name or description of a folder, by its GUID.',
  permission: either('Edit'),
  query: byKey,
  body: dto('FolderUpdateNameDescriptionRequest', {
    name: NameText({ maxLength: 115 }),
    description: Text({ maxLength: 500 }),
  }),
  tells: [folderUpdated],
  answer: nothing(200),
  example: { name: 'Accounting' },
});

export const deleteFolder = operation({
  ...shared,
  id: 'Folders_DeleteById',
  method: 'DELETE',
  path: '/odata/Folders({key})',
  summary: 'Deletes a folder and all below it, if there is nothing in them and nobody assigned.',
  permission: either('Delete'),
  params,
  tells: [folderDeleted],
  answer: nothing(204),
});

export const deleteFolderByKey = operation({
  ...shared,
  id: 'Folders_DeleteByKey',
  method: 'DELETE',
  path: '/api/Folders/DeleteByKey',
  summary: 'As above, by the GUID of the folder.',
  permission: either('Delete'),
  query: byKey,
  tells: [folderDeleted],
  answer: nothing(204),
});

export const moveFolder = operation({
  ...shared,
  id: 'Folders_MoveFolderByFolderid',
  method: 'PUT',
  path: '/odata/Folders({folderId})/~.MoveFolder',
  summary: 'Moves a folder with all below it into another one, or to the root.',
  permission: either('Delete'),
  params: { folderId: Int64() },
  query: { targetParentId: Int64() },
  tells: [folderMoved],
  answer: nothing(204),
});

export const getMoveFolderMachinesChanges = operation({
  ...shared,
  id: 'Folders_GetMoveFolderMachinesChanges',
  method: 'GET',
  path: '/odata/Folders/~.GetMoveFolderMachinesChanges',
  summary: 'Machines that a move would give to a folder or take from it.',
  permission: either('Delete'),
  query: { folderId: Int64({ required: true }), targetParentId: Int64() },
  odata: { entity: MoveFolderMachineChange, options: 'efsoc' },
  answer: many(MoveFolderMachineChange),
});

export const assignUsers = operation({
  ...shared,
  id: 'Folders_AssignUsers',
  method: 'POST',
  path: '/odata/Folders/~.AssignUsers',
  summary: 'Gives users roles in folders; what they held there before is replaced.',
  permission: either('Edit'),
  body: assignUsersBody,
  tells: [usersAssigned],
  answer: nothing(204),
  example: { assignments: { UserIds: [12], RolesPerFolder: [{ FolderId: 3, RoleIds: [7] }] } },
});

const domainUserExample = {
  assignment: {
    Domain: 'autogen',
    UserName: 'ada@example.org',
    UserType: 'DirectoryUser',
    RolesPerFolder: [{ FolderId: 3, RoleIds: [7] }],
  },
};

export const assignDomainUser = operation({
  ...shared,
  id: 'Folders_AssignDomainUser',
  method: 'POST',
  path: '/odata/Folders/~.AssignDomainUser',
  summary:
    'Gives someone of the directory roles in folders, and adds them to the tenant where they are new to it.',
  permission: either('Edit'),
  body: assignDomainUserBody,
  tells: [usersAssigned, userCreated, robotCreated],
  answer: nothing(204),
  example: domainUserExample,
});

export const assignDirectoryUser = operation({
  ...shared,
  id: 'Folders_AssignDirectoryUser',
  method: 'POST',
  path: '/odata/Folders/~.AssignDirectoryUser',
  summary: 'The same under the name that newer clients use.',
  permission: either('Edit'),
  body: assignDomainUserBody,
  tells: [usersAssigned, userCreated, robotCreated],
  answer: nothing(204),
  example: domainUserExample,
});

export const removeUserFromFolder = operation({
  ...shared,
  id: 'Folders_RemoveUserFromFolderById',
  method: 'POST',
  path: '/odata/Folders({key})/~.RemoveUserFromFolder',
  summary: 'Takes from a user all roles that were given in the folder itself.',
  permission: either('Edit'),
  params,
  body: dto('RemoveUserFromFolderRequest', { userId: Int64({ required: true }) }),
  tells: [usersAssigned],
  answer: nothing(204),
  example: { userId: 12 },
});

export const removeUserFromFolderByKey = operation({
  ...shared,
  id: 'Folders_RemoveUserFromFolderByKey',
  method: 'POST',
  path: '/odata/Folders({key})/~.RemoveUserFromFolderByKey',
  summary: 'As above, by the GUID of the user.',
  permission: either('Edit'),
  params,
  body: dto('RemoveUserByKeyFromFolderRequest', { userKey: Guid({ required: true }) }),
  tells: [usersAssigned],
  answer: nothing(204),
  example: { userKey: '00000000-0000-4000-8000-000000000000' },
});

export const getUsersForFolder = operation({
  ...shared,
  id: 'Folders_GetUsersForFolderByKeyAndIncludeinherited',
  method: 'GET',
  path: '/odata/Folders/~.GetUsersForFolder(key={key},includeInherited={includeInherited})',
  summary: 'Users with roles in a folder, and with those inherited from above where that is asked for.',
  permission: anyOf('Units.View', 'SubFolders.View', 'Assets.Create', 'Assets.Edit'),
  params: { key: Int64(), includeInherited: Bool() },
  query: { includeAlertsEnabled: Bool({ ofNoEffect: 'there are no alerts yet' }) },
  odata: { entity: UserRoles, options: 'efsotkc' },
  answer: many(UserRoles),
});

export const getAllRolesForUser = operation({
  ...shared,
  id: 'Folders_GetAllRolesForUserByUsernameAndSkipAndTake',
  method: 'GET',
  path: "/odata/Folders/~.GetAllRolesForUser(username='{username}',skip={skip},take={take})",
  summary: 'The roles of one user: in the tenant, and folder by folder.',
  permission: either('View'),
  params: { username: NameText(), skip: Int32({ min: 0 }), take: Int32({ min: 0, max: 1000 }) },
  query: { type: Enum(DirectoryObjectType), searchText: Text({ maxLength: 256 }) },
  answer: one(UserRoleAssignments),
});

export const assignMachines = operation({
  ...shared,
  id: 'Folders_AssignMachines',
  method: 'POST',
  path: '/odata/Folders/~.AssignMachines',
  summary: 'Lets machines run the jobs of folders.',
  permission: either('Edit'),
  body: assignMachinesBody,
  tells: [machinesAssigned],
  answer: nothing(204),
  example: { assignments: { MachineIds: [5], FolderIds: [3] } },
});

export const updateMachinesToFolderAssociations = operation({
  ...shared,
  id: 'Folders_UpdateMachinesToFolderAssociations',
  method: 'POST',
  path: '/odata/Folders/~.UpdateMachinesToFolderAssociations',
  summary: 'Adds machines to a folder and removes others, at once.',
  permission: either('Edit'),
  body: associationsBody,
  tells: [machinesAssigned],
  answer: nothing(204),
  example: { associations: { FolderId: 3, AddedMachineIds: [5], RemovedMachineIds: [] } },
});

export const removeMachinesFromFolder = operation({
  ...shared,
  id: 'Folders_RemoveMachinesFromFolderById',
  method: 'POST',
  path: '/odata/Folders({key})/~.RemoveMachinesFromFolder',
  summary: 'Removes machines from a folder.',
  permission: either('Edit'),
  params,
  body: dto('RemoveMachinesFromFolderRequest', { machineIds: Ids }),
  tells: [machinesAssigned],
  answer: nothing(204),
  example: { machineIds: [5] },
});

export const toggleFolderMachineInherit = operation({
  ...shared,
  id: 'Folders_ToggleFolderMachineInherit',
  method: 'POST',
  path: '/odata/Folders/~.ToggleFolderMachineInherit',
  summary: 'Says whether a machine of a folder also serves the folders below.',
  permission: either('Edit'),
  body: dto('FolderMachineInheritDto', {
    MachineId: Int64({ required: true }),
    FolderId: Int64({ required: true }),
    InheritEnabled: Bool({ required: true }),
  }),
  tells: [machinesAssigned],
  answer: nothing(200),
  example: { MachineId: 5, FolderId: 3, InheritEnabled: true },
});

export const getMachinesForFolder = operation({
  ...shared,
  id: 'Folders_GetMachinesForFolderByKey',
  method: 'GET',
  path: '/odata/Folders/~.GetMachinesForFolder(key={key})',
  summary: 'Machines as a folder sees them: assigned, inherited, or neither.',
  permission: either('View'),
  params,
  odata: { entity: MachineFolder, options: 'efsotkc' },
  answer: many(MachineFolder),
});

export const getSubfoldersWithAssignedMachine = operation({
  ...shared,
  id: 'Folders_GetSubfoldersWithAssignedMachine',
  method: 'GET',
  path: '/odata/Folders/~.GetSubfoldersWithAssignedMachine',
  summary: 'Folders below one that have a machine of their own.',
  permission: either('View'),
  query: { rootFolderId: Int64({ required: true }), machineId: Int64({ required: true }) },
  odata: { entity: Folder, options: 'efsotkc' },
  answer: many(Folder),
});

export const getAllForCurrentUser = operation({
  ...shared,
  id: 'Folders_GetAllForCurrentUser',
  method: 'GET',
  path: '/api/Folders/GetAllForCurrentUser',
  summary: 'Folders in which the caller holds a role, a page of them.',
  permission: null,
  query: { take: Int32({ min: 0, max: 1000 }), skip: Int32({ min: 0 }) },
  answer: plain(
    dto('PageResultDtoOfCurrentUserFolderDto', {
      PageItems: List(Complex(CurrentUserFolder)),
      Count: Int32(),
    }),
  ),
});
