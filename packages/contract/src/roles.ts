// Made from the server's declarations by `npm run contract`.
import type { PermissionScope, RoleType } from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { UserDto } from './users.ts';

export interface PermissionDto {
  readonly Name: string | null;
  readonly IsGranted: boolean | null;
  readonly RoleId: number | null;
  readonly Scope: PermissionScope | null;
  readonly Id: number;
}

export interface RoleDto {
  readonly Name: string | null;
  readonly DisplayName: string | null;
  readonly Type: RoleType | null;
  readonly Groups: string | null;
  readonly IsStatic: boolean | null;
  readonly IsEditable: boolean | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly Permissions?: readonly PermissionDto[];
}

export interface RoleDtoInput {
  readonly Name?: string | null;
  readonly DisplayName?: string | null;
  readonly Type?: RoleType | null;
  readonly Groups?: string | null;
  readonly Permissions?: readonly PermissionDtoInput[] | null;
}

export interface PermissionDtoInput {
  readonly Name?: string | null;
  readonly IsGranted?: boolean | null;
  readonly RoleId?: number | null;
  readonly Scope?: PermissionScope | null;
  readonly Id?: number | null;
}

export interface SetUsersRequest {
  readonly addedUserIds: readonly number[];
  readonly removedUserIds: readonly number[];
}

/** Lists roles; their permissions with $expand=Permissions. */
export const getRoles: Operation<NoInput, Many<RoleDto>> = {
  id: 'Roles_Get',
  method: 'GET',
  path: '/odata/Roles',
  answer: 'many',
};

/** One role. */
export const getRole: Operation<{ readonly key: number }, One<RoleDto>> = {
  id: 'Roles_GetById',
  method: 'GET',
  path: '/odata/Roles({key})',
  answer: 'one',
};

/** Creates a role for tenants or for folders. */
export const postRole: Operation<{ readonly body: RoleDtoInput }, One<RoleDto>> = {
  id: 'Roles_Post',
  method: 'POST',
  path: '/odata/Roles',
  answer: 'one',
};

/** Changes a role; permissions that are given replace those that were. */
export const putRole: Operation<{ readonly key: number; readonly body: RoleDtoInput }, undefined> = {
  id: 'Roles_PutById',
  method: 'PUT',
  path: '/odata/Roles({key})',
  answer: 'nothing',
};

/** Deletes a role that nobody holds. */
export const deleteRole: Operation<{ readonly key: number }, undefined> = {
  id: 'Roles_DeleteById',
  method: 'DELETE',
  path: '/odata/Roles({key})',
  answer: 'nothing',
};

/** Gives a role to users and takes it from others. */
export const setUsers: Operation<{ readonly key: number; readonly body: SetUsersRequest }, undefined> = {
  id: 'Roles_SetUsersById',
  method: 'POST',
  path: '/odata/Roles({key})/UiPath.Server.Configuration.OData.SetUsers',
  answer: 'nothing',
};

/** Ids of the users that hold a role in the tenant. */
export const getUserIdsForRole: Operation<{ readonly key: number }, Many<number>> = {
  id: 'Roles_GetUserIdsForRoleByKey',
  method: 'GET',
  path: '/odata/Roles/UiPath.Server.Configuration.OData.GetUserIdsForRole(key={key})',
  answer: 'many',
};

/** Users that hold a role in the tenant. */
export const getUsersForRole: Operation<{ readonly key: number }, Many<UserDto>> = {
  id: 'Roles_GetUsersForRoleByKey',
  method: 'GET',
  path: '/odata/Roles/UiPath.Server.Configuration.OData.GetUsersForRole(key={key})',
  answer: 'many',
};
