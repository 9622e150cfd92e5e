import { Bool, dto, Int32, Int64, List, MapOf, NameText, Text } from '../../kernel/contract/fields.ts';
import { anyOf, many, nothing, one, operation, value } from '../../kernel/contract/operation.ts';
import { userCreated, userDeleted, userUpdated } from '../../people/user-events.ts';
import { robotCreated } from '../robots/events.ts';
import { CurrentUser, User } from './entities.ts';

export const UserPermissions = dto('UserPermissionsCollection', {
  UserId: Int64(),
  Permissions: List(Text()),
});
export const UserAssignRolesRequest = dto('UserAssignRolesRequest', {
  roleIds: List(Int32(), { required: true, max: 1000 }),
});
export const UsersToggleRoleRequest = dto('UsersToggleRoleRequest', {
  role: NameText({ required: true, maxLength: 64 }),
  toggle: Bool({ required: true }),
});
export const UsersSetActiveRequest = dto('UsersSetActiveRequest', { active: Bool({ required: true }) });
export const UserChangeCultureRequest = dto('UserChangeCultureRequest', {
  culture: Text({ required: true, pattern: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/ }),
});

const shared = { tag: 'Users', scope: 'OR.Users', folder: 'none' } as const;
const params = { key: Int64() };
/** Callers who manage robots may set what concerns robots, and nothing else. change-user.ts decides. */
const mayEdit = anyOf('Users.Edit', 'Robots.Create', 'Robots.Edit', 'Robots.Delete');

export const getUsers = operation({
  ...shared,
  id: 'Users_Get',
  method: 'GET',
  path: '/odata/Users',
  summary: 'Lists the users of the tenant.',
  permission: 'Users.View',
  odata: { entity: User, options: 'efsotkc' },
  answer: many(User),
});

export const getUser = operation({
  ...shared,
  id: 'Users_GetById',
  method: 'GET',
  path: '/odata/Users({key})',
  summary: 'One user; everybody may read their own.',
  permission: null,
  params,
  odata: { entity: User, options: 'es' },
  answer: one(User),
});

export const postUser = operation({
  ...shared,
  id: 'Users_Post',
  method: 'POST',
  path: '/odata/Users',
  summary: 'Adds a person, a robot account or an external application to the tenant.',
  permission: 'Users.Create',
  body: User,
  tells: [userCreated, robotCreated],
  answer: one(User, 201),
  example: {
    UserName: 'invoice-robot',
    Type: 'DirectoryRobot',
    RolesList: ['Allow to be Automation User'],
    MayHaveUnattendedSession: true,
  },
});

export const putUser = operation({
  ...shared,
  id: 'Users_PutById',
  method: 'PUT',
  path: '/odata/Users({key})',
  summary: 'Changes a user, roles included.',
  permission: mayEdit,
  params,
  body: User,
  tells: [userUpdated, robotCreated],
  answer: nothing(200),
  example: { Name: 'Invoice', Surname: 'Robot', MayHaveUnattendedSession: true },
});

export const patchUser = operation({
  ...shared,
  id: 'Users_PatchById',
  method: 'PATCH',
  path: '/odata/Users({key})',
  summary: 'Changes the members of a user that are given; roles stay as they are.',
  permission: mayEdit,
  params,
  body: User,
  tells: [userUpdated, robotCreated],
  answer: nothing(200),
  example: { UnattendedRobot: { UserName: 'HOST\\invoices' } },
});

export const deleteUser = operation({
  ...shared,
  id: 'Users_DeleteById',
  method: 'DELETE',
  path: '/odata/Users({key})',
  summary: 'Removes a user from the tenant, with robot and roles; the identity stays.',
  permission: 'Users.Delete',
  params,
  tells: [userDeleted],
  answer: nothing(204),
});

export const assignRoles = operation({
  ...shared,
  id: 'Users_AssignRolesById',
  method: 'POST',
  path: '/odata/Users({key})/~.AssignRoles',
  summary: 'Replaces the roles that a user holds in the tenant.',
  permission: anyOf('Users.Edit', 'Users.Create'),
  params,
  body: UserAssignRolesRequest,
  tells: [userUpdated],
  answer: nothing(200),
  example: { roleIds: [3] },
});

export const toggleRole = operation({
  ...shared,
  id: 'Users_ToggleRoleById',
  method: 'POST',
  path: '/odata/Users({key})/~.ToggleRole',
  summary: 'Gives or takes one role, by name.',
  permission: 'Users.Edit',
  params,
  body: UsersToggleRoleRequest,
  tells: [userUpdated],
  answer: nothing(200),
  example: { role: 'Tenant Administrator', toggle: true },
});

export const setActive = operation({
  ...shared,
  id: 'Users_SetActiveById',
  method: 'POST',
  path: '/odata/Users({key})/~.SetActive',
  summary: 'Lets a user in, or keeps a user out, of the tenant.',
  permission: 'Users.Edit',
  params,
  body: UsersSetActiveRequest,
  tells: [userUpdated],
  answer: nothing(200),
  example: { active: false },
});

export const changeUserCulture = operation({
  ...shared,
  id: 'Users_ChangeUserCultureById',
  method: 'POST',
  path: '/odata/Users({key})/~.ChangeUserCulture',
  summary: 'Sets the language of a user.',
  permission: 'Users.Edit',
  params,
  body: UserChangeCultureRequest,
  tells: [userUpdated],
  answer: nothing(200),
  example: { culture: 'de' },
});

export const changeCulture = operation({
  ...shared,
  id: 'Users_ChangeCulture',
  method: 'POST',
  path: '/odata/Users/~.ChangeCulture',
  summary: 'Sets the language of the caller.',
  permission: null,
  body: UserChangeCultureRequest,
  tells: [userUpdated],
  answer: nothing(200),
  example: { culture: 'ja' },
});

export const getCurrentUser = operation({
  ...shared,
  id: 'Users_GetCurrentUser',
  method: 'GET',
  path: '/odata/Users/~.GetCurrentUser',
  summary: 'The user that calls; 204 for applications that are no user of the tenant.',
  permission: null,
  odata: { entity: User, options: 'es' },
  answer: one(User, 200, { emptyStatus: 204 }),
});

export const getCurrentUserExtended = operation({
  ...shared,
  id: 'Users_GetCurrentUserExtended',
  method: 'GET',
  path: '/odata/Users/~.GetCurrentUserExtended',
  summary: 'The user that calls, with the personal workspace.',
  permission: null,
  odata: { entity: CurrentUser, options: 'es' },
  answer: one(CurrentUser, 200, { emptyStatus: 204 }),
});

export const getCurrentPermissions = operation({
  ...shared,
  id: 'Users_GetCurrentPermissions',
  method: 'GET',
  path: '/odata/Users/~.GetCurrentPermissions',
  summary: 'What the caller may do in the tenant, and in the folder that a header names.',
  permission: null,
  folder: 'optional',
  answer: one(UserPermissions),
});

export const validateUsers = operation({
  ...shared,
  id: 'Users_ValidateByUserids',
  method: 'GET',
  path: '/odata/Users/~.Validate(userIds=[{userIds}])',
  summary: 'Whether Identity still knows the users, by id.',
  permission: 'Users.View',
  params: { userIds: List(Int64(), { max: 1000 }) },
  answer: value(MapOf(Bool())),
});
