import {
  Bool,
  Complex,
  dto,
  Enum,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { anyOf, operation, plain } from '../../kernel/contract/operation.ts';
import { DirectoryObjectType } from './contract.ts';
import {
  ExtendedFolder,
  FolderProvisionType,
  FolderType,
  PathAwareFolder,
  SimpleFolder,
  UserRoleAssignments,
} from './entities.ts';

const PathAwareFolderPage = dto('PageResultDtoOfPathAwareFolderDto', {
  PageItems: List(Complex(PathAwareFolder)),
  Count: Int32(),
});
const FolderNavigationContext = dto('FolderNavigationContextDto', {
  Id: Int64(),
  DisplayName: Text(),
  IsSelectable: Bool(),
  IsPersonal: Bool(),
  ProvisionType: Enum(FolderProvisionType),
  Ancestors: List(Complex(SimpleFolder)),
  ChildrenPage: List(Complex(ExtendedFolder)),
  ChildrenCount: Int64(),
});

const shared = { tag: 'FoldersNavigation', method: 'GET', scope: null, folder: 'none' } as const;
const page = { skip: Int32({ min: 0 }), take: Int32({ min: 0, max: 100 }) };

export const getFoldersForCurrentUser = operation({
  ...shared,
  id: 'FoldersNavigation_GetFoldersForCurrentUser',
  path: '/api/FoldersNavigation/GetFoldersForCurrentUser',
  summary: 'Folders in which the caller holds a role, found by a part of the name.',
  permission: null,
  query: { ...page, searchText: Text({ maxLength: 256 }), folderTypes: List(Enum(FolderType)) },
  answer: plain(PathAwareFolderPage),
});

export const getAllFoldersForCurrentUser = operation({
  ...shared,
  id: 'FoldersNavigation_GetAllFoldersForCurrentUser',
  path: '/api/FoldersNavigation/GetAllFoldersForCurrentUser',
  summary: 'Folders in which the caller holds a role, with the folders on the way to them.',
  permission: null,
  answer: plain(List(Complex(ExtendedFolder))),
});

export const getFolderNavigationContext = operation({
  ...shared,
  id: 'FoldersNavigation_GetFolderNavigationContextForCurrentUser',
  path: '/api/FoldersNavigation/GetFolderNavigationContextForCurrentUser',
  summary: 'A folder with the way to it and a page of the folders in it; without an id, the roots.',
  permission: null,
  query: { ...page, folderId: Int64() },
  answer: plain(FolderNavigationContext),
});

export const getAllRolesForUserPage = operation({
  ...shared,
  id: 'FoldersNavigation_GetAllRolesForUser',
  path: '/api/FoldersNavigation/GetAllRolesForUser',
  summary: 'The roles of one user: in the tenant, and folder by folder.',
  permission: anyOf('Units.View', 'SubFolders.View'),
  heldAnywhere: true,
  query: {
    username: NameText({ required: true }),
    type: Enum(DirectoryObjectType),
    skip: Int32({ min: 0 }),
    take: Int32({ min: 0, max: 1000 }),
    searchText: Text({ maxLength: 256 }),
  },
  answer: plain(UserRoleAssignments),
});
