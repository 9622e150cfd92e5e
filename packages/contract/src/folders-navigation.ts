// Made from the server's declarations by `npm run contract`.
import type {
  DirectoryObjectType,
  FolderFeedType,
  FolderPermissionModel,
  FolderProvisionType,
  FolderType,
  SimpleFolderDto,
  UserRoleAssignmentsDto,
} from './folders-shared.ts';
import type { NoInput, Operation } from './operation.ts';

export interface PageResultDtoOfPathAwareFolderDto {
  readonly PageItems: readonly PathAwareFolderDto[] | null;
  readonly Count: number | null;
}

export interface PathAwareFolderDto {
  readonly FolderPath: string | null;
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
  readonly Id: number | null;
}

export interface ExtendedFolderDto {
  readonly IsSelectable: boolean | null;
  readonly HasChildren: boolean | null;
  readonly Level: number | null;
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
  readonly Id: number | null;
}

export interface FolderNavigationContextDto {
  readonly Id: number | null;
  readonly DisplayName: string | null;
  readonly IsSelectable: boolean | null;
  readonly IsPersonal: boolean | null;
  readonly ProvisionType: FolderProvisionType | null;
  readonly Ancestors: readonly SimpleFolderDto[] | null;
  readonly ChildrenPage: readonly ExtendedFolderDto[] | null;
  readonly ChildrenCount: number | null;
}

/** Folders in which the caller holds a role, found by a part of the name. */
export const getFoldersForCurrentUser: Operation<
  {
    readonly skip?: number | null;
    readonly take?: number | null;
    readonly searchText?: string | null;
    readonly folderTypes?: readonly FolderType[] | null;
  },
  PageResultDtoOfPathAwareFolderDto
> = {
  id: 'FoldersNavigation_GetFoldersForCurrentUser',
  method: 'GET',
  path: '/api/FoldersNavigation/GetFoldersForCurrentUser',
  query: ['skip', 'take', 'searchText', 'folderTypes'],
  answer: 'plain',
};

/** Folders in which the caller holds a role, with the folders on the way to them. */
export const getAllFoldersForCurrentUser: Operation<NoInput, readonly ExtendedFolderDto[]> = {
  id: 'FoldersNavigation_GetAllFoldersForCurrentUser',
  method: 'GET',
  path: '/api/FoldersNavigation/GetAllFoldersForCurrentUser',
  answer: 'plain',
};

/** A folder with the way to it and a page of the folders in it; without an id, the roots. */
export const getFolderNavigationContext: Operation<
  { readonly skip?: number | null; readonly take?: number | null; readonly folderId?: number | null },
  FolderNavigationContextDto
> = {
  id: 'FoldersNavigation_GetFolderNavigationContextForCurrentUser',
  method: 'GET',
  path: '/api/FoldersNavigation/GetFolderNavigationContextForCurrentUser',
  query: ['skip', 'take', 'folderId'],
  answer: 'plain',
};

/** The roles of one user: in the tenant, and folder by folder. */
export const getAllRolesForUserPage: Operation<
  {
    readonly username: string;
    readonly type?: DirectoryObjectType | null;
    readonly skip?: number | null;
    readonly take?: number | null;
    readonly searchText?: string | null;
  },
  UserRoleAssignmentsDto
> = {
  id: 'FoldersNavigation_GetAllRolesForUser',
  method: 'GET',
  path: '/api/FoldersNavigation/GetAllRolesForUser',
  query: ['username', 'type', 'skip', 'take', 'searchText'],
  answer: 'plain',
};
