import { PERMISSION_GROUPS } from '../../kernel/auth/permissions.ts';
import { entity, toMany } from '../../kernel/contract/entity.ts';
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
import { allOf, anyOf, many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { User } from '../users/entities.ts';
import { PermissionScope, RoleType } from './enumerations.ts';
import { roleCreated, roleDeleted, roleUpdated, usersSet } from './events.ts';

const globalGroups = Object.entries(PERMISSION_GROUPS)
  .filter(([, scope]) => scope === 'Global')
  .map(([group]) => `'${group}'`);

export const Permission = entity({
  name: 'PermissionDto',
  set: 'Permissions',
  key: ['RoleId', 'Name'],
  inTenant: false,
  reading: 'as part',
  table: `(select permission, role_id, true as is_granted,
                  case when split_part(permission, '.', 1) in (${globalGroups.join(', ')})
                       then 0 else 1 end as scope
             from role_permissions)`,
  properties: {
    Name: NameText({ from: 'permission' }),
    IsGranted: Bool(),
    RoleId: Int32(),
    Scope: Enum(PermissionScope),
    Id: Int64({ constant: 0 }),
  },
});

export const Role = entity({
  name: 'RoleDto',
  set: 'Roles',
  table: 'roles',
  properties: {
    Name: NameText({ maxLength: 64 }),
    DisplayName: NameText({ maxLength: 64 }),
    Type: Enum(RoleType),
    Groups: Text(),
    IsStatic: Bool({ readOnly: true }),
    IsEditable: Bool({ readOnly: true }),
    /** Read from a body. Answers show it through the navigation of the same name, if the query expands it. */
    Permissions: List(Complex(Permission), { writeOnly: true, max: 1000 }),
    Id: Int32({ readOnly: true }),
  },
  navigations: { Permissions: toMany(() => Permission, '$.id = @.role_id') },
});

export const SetUsersRequest = dto('SetUsersRequest', {
  addedUserIds: List(Int64(), { required: true, max: 1000 }),
  removedUserIds: List(Int64(), { required: true, max: 1000 }),
});

const shared = { tag: 'Roles', scope: 'OR.Users', folder: 'none' } as const;
const params = { key: Int32() };

export const getRoles = operation({
  ...shared,
  id: 'Roles_Get',
  method: 'GET',
  path: '/odata/Roles',
  summary: 'Lists roles; their permissions with $expand=Permissions.',
  permission: anyOf('Roles.View', 'Units.Edit', 'SubFolders.Edit'),
  heldAnywhere: true,
  odata: { entity: Role, options: 'efsotkc' },
  answer: many(Role),
});

export const getRole = operation({
  ...shared,
  id: 'Roles_GetById',
  method: 'GET',
  path: '/odata/Roles({key})',
  summary: 'One role.',
  permission: 'Roles.View',
  params,
  odata: { entity: Role, options: 'es' },
  answer: one(Role),
});

export const postRole = operation({
  ...shared,
  id: 'Roles_Post',
  method: 'POST',
  path: '/odata/Roles',
  summary: 'Creates a role for tenants or for folders.',
  permission: 'Roles.Create',
  body: Role,
  tells: [roleCreated],
  answer: one(Role, 201),
  example: { Name: 'Queue Reader', Type: 'Folder', Permissions: [{ Name: 'Queues.View', IsGranted: true }] },
});

export const putRole = operation({
  ...shared,
  id: 'Roles_PutById',
  method: 'PUT',
  path: '/odata/Roles({key})',
  summary: 'Changes a role; permissions that are given replace those that were.',
  permission: 'Roles.Edit',
  params,
  body: Role,
  tells: [roleUpdated],
  answer: nothing(200),
  example: {
    Name: 'Queue Reader',
    Type: 'Folder',
    Permissions: [{ Name: 'Transactions.View', IsGranted: true }],
  },
});

export const deleteRole = operation({
  ...shared,
  id: 'Roles_DeleteById',
  method: 'DELETE',
  path: '/odata/Roles({key})',
  summary: 'Deletes a role that nobody holds.',
  permission: 'Roles.Delete',
  params,
  tells: [roleDeleted],
  answer: nothing(204),
});

export const setUsers = operation({
  ...shared,
  id: 'Roles_SetUsersById',
  method: 'POST',
  path: '/odata/Roles({key})/~.SetUsers',
  summary: 'Gives a role to users and takes it from others.',
  permission: allOf('Roles.Edit', 'Users.View'),
  params,
  body: SetUsersRequest,
  tells: [usersSet],
  answer: nothing(204),
  example: { addedUserIds: [12], removedUserIds: [] },
});

export const getUserIdsForRole = operation({
  ...shared,
  id: 'Roles_GetUserIdsForRoleByKey',
  method: 'GET',
  path: '/odata/Roles/~.GetUserIdsForRole(key={key})',
  summary: 'Ids of the users that hold a role in the tenant.',
  permission: anyOf('Roles.View', 'Users.View'),
  params,
  answer: many(Int64()),
});

export const getUsersForRole = operation({
  ...shared,
  id: 'Roles_GetUsersForRoleByKey',
  method: 'GET',
  path: '/odata/Roles/~.GetUsersForRole(key={key})',
  summary: 'Users that hold a role in the tenant.',
  permission: allOf('Roles.View', 'Users.View'),
  params,
  odata: { entity: User, options: 'efsotkc' },
  answer: many(User),
});
