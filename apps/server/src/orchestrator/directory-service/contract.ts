import { enumeration } from '../../kernel/contract/enumeration.ts';
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
import { UserType } from '../../people/user-type.ts';

export const SearchContext = enumeration('SearchContext', {
  All: 0,
  Users: 1,
  Groups: 2,
  Robots: 3,
  ExternalApplications: 4,
});

const DirectoryObjectType = enumeration('DirectoryObjectDtoType', {
  User: 0,
  Group: 1,
  Machine: 2,
  Robot: 3,
  ExternalApplication: 4,
});

const DirectoryObject = dto('DirectoryObjectDto', {
  /**
   * The public description says that this is a name. Real servers answer the number, and clients expect it.
   */
  type: Enum(DirectoryObjectType, { numbered: true }),
  source: Text(),
  domain: Text(),
  identifier: Text(),
  identityName: Text(),
  displayName: Text(),
});

export const DirectoryPermission = dto('DirectoryPermissionDto', {
  directoryGroup: Text(),
  organizationUnits: List(
    Complex(
      dto('UserOrganizationUnitDto', {
        userId: Int64(),
        userName: Text(),
        organizationUnitId: Int64(),
        organizationUnitName: Text(),
        id: Int64(),
      }),
    ),
  ),
  roles: List(
    Complex(
      dto('LightRoleDto', {
        name: Text(),
        displayName: Text(),
        groups: Text(),
        isStatic: Bool(),
        isEditable: Bool(),
        id: Int32(),
      }),
    ),
  ),
});

const Name = NameText({ maxLength: 256 });
const shared = {
  tag: 'DirectoryService',
  scope: 'OR.Users',
  folder: 'none',
  method: 'GET',
  permission: anyOf('Users.View', 'Units.Edit', 'SubFolders.Edit'),
  heldAnywhere: true,
} as const;

export const searchForUsersAndGroups = operation({
  ...shared,
  id: 'DirectoryService_SearchForUsersAndGroups',
  path: '/api/DirectoryService/SearchForUsersAndGroups',
  summary: 'Who and what the tenant could admit, whose name begins so.',
  query: { searchContext: Enum(SearchContext), domain: Name, prefix: Name },
  answer: plain(List(Complex(DirectoryObject))),
});

export const getDomains = operation({
  ...shared,
  id: 'DirectoryService_GetDomains',
  path: '/api/DirectoryService/GetDomains',
  summary: 'The domains of the directory.',
  answer: plain(List(Complex(dto('DomainDto', { name: Text(), isDefault: Bool() })))),
});

export const getDomainUserId = operation({
  ...shared,
  id: 'DirectoryService_GetDomainUserId',
  path: '/api/DirectoryService/GetDomainUserId',
  summary: 'The id that somebody of the directory has as a user of the tenant.',
  query: { domain: Name, directoryIdentifier: Name, userName: Name, userType: Enum(UserType) },
  answer: plain(Int64()),
});

export const getDirectoryPermissions = operation({
  ...shared,
  permission: 'Users.View',
  heldAnywhere: false,
  id: 'DirectoryService_GetDirectoryPermissions',
  path: '/api/DirectoryService/GetDirectoryPermissions',
  summary: 'What somebody holds by the groups that the tenant has admitted.',
  query: { username: Name, domain: Name },
  answer: plain(List(Complex(DirectoryPermission))),
});
