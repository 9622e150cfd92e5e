// Made from the server's declarations by `npm run contract`.
import type { UserType } from './enumerations.ts';
import type { NoInput, Operation } from './operation.ts';

export interface DirectoryObjectDto {
  readonly type: 0 | 1 | 2 | 3 | 4 | null;
  readonly source: string | null;
  readonly domain: string | null;
  readonly identifier: string | null;
  readonly identityName: string | null;
  readonly displayName: string | null;
}

export const SearchContext = { All: 0, Users: 1, Groups: 2, Robots: 3, ExternalApplications: 4 } as const;
export type SearchContext = keyof typeof SearchContext;

export interface DomainDto {
  readonly name: string | null;
  readonly isDefault: boolean | null;
}

export interface DirectoryPermissionDto {
  readonly directoryGroup: string | null;
  readonly organizationUnits: readonly UserOrganizationUnitDto[] | null;
  readonly roles: readonly LightRoleDto[] | null;
}

export interface UserOrganizationUnitDto {
  readonly userId: number | null;
  readonly userName: string | null;
  readonly organizationUnitId: number | null;
  readonly organizationUnitName: string | null;
  readonly id: number | null;
}

export interface LightRoleDto {
  readonly name: string | null;
  readonly displayName: string | null;
  readonly groups: string | null;
  readonly isStatic: boolean | null;
  readonly isEditable: boolean | null;
  readonly id: number | null;
}

/** Who and what the tenant could admit, whose name begins so. */
export const searchForUsersAndGroups: Operation<
  {
    readonly searchContext?: SearchContext | null;
    readonly domain?: string | null;
    readonly prefix?: string | null;
  },
  readonly DirectoryObjectDto[]
> = {
  id: 'DirectoryService_SearchForUsersAndGroups',
  method: 'GET',
  path: '/api/DirectoryService/SearchForUsersAndGroups',
  query: ['searchContext', 'domain', 'prefix'],
  answer: 'plain',
};

/** The domains of the directory. */
export const getDomains: Operation<NoInput, readonly DomainDto[]> = {
  id: 'DirectoryService_GetDomains',
  method: 'GET',
  path: '/api/DirectoryService/GetDomains',
  answer: 'plain',
};

/** The id that somebody of the directory has as a user of the tenant. */
export const getDomainUserId: Operation<
  {
    readonly domain?: string | null;
    readonly directoryIdentifier?: string | null;
    readonly userName?: string | null;
    readonly userType?: UserType | null;
  },
  number | null
> = {
  id: 'DirectoryService_GetDomainUserId',
  method: 'GET',
  path: '/api/DirectoryService/GetDomainUserId',
  query: ['domain', 'directoryIdentifier', 'userName', 'userType'],
  answer: 'plain',
};

/** What somebody holds by the groups that the tenant has admitted. */
export const getDirectoryPermissions: Operation<
  { readonly username?: string | null; readonly domain?: string | null },
  readonly DirectoryPermissionDto[]
> = {
  id: 'DirectoryService_GetDirectoryPermissions',
  method: 'GET',
  path: '/api/DirectoryService/GetDirectoryPermissions',
  query: ['username', 'domain'],
  answer: 'plain',
};
