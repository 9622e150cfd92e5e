// Made from the server's declarations by `npm run contract`.
import type { CredentialType, RobotProvisionType, RobotType, RoleType, UserType } from './enumerations.ts';
import type { Many, NoInput, One, Operation, Value } from './operation.ts';
import type { UpdatePolicyDto, UpdatePolicyDtoInput } from './shared.ts';

export interface AttendedRobotDto {
  readonly UserName: string | null;
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  readonly RobotId: number | null;
  readonly RobotType: RobotType | null;
}

export interface UnattendedRobotDto {
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly UserName: string | null;
  /** Taken, and of no effect: jobs run as the account that the host runs as. */
  readonly Password: string | null;
  /** Kept and given back, and not carried out: there are no other stores of credentials. */
  readonly CredentialStoreId: number | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType: CredentialType;
  /** Kept and given back, and not carried out: there are no other stores of credentials. */
  readonly CredentialExternalName: string | null;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings: Readonly<Record<string, unknown>> | null;
  /** Kept and given back, and not carried out: jobs of an account run side by side. */
  readonly LimitConcurrentExecution: boolean;
  readonly RobotId: number | null;
  readonly MachineMappingsCount: number;
}

export interface UserNotificationSubscription {
  readonly Queues: boolean;
  readonly Robots: boolean;
  readonly Jobs: boolean;
  readonly Schedules: boolean;
  readonly Tasks: boolean;
  readonly QueueItems: boolean;
  readonly Insights: boolean;
  readonly CloudRobots: boolean;
  readonly Serverless: boolean;
  readonly Export: boolean;
  readonly RateLimitsDaily: boolean;
  readonly RateLimitsRealTime: boolean;
  readonly AutopilotForRobotsDetectedIssues: boolean;
  readonly Webhooks: boolean;
}

export interface UserDto {
  readonly Name: string | null;
  readonly Surname: string | null;
  readonly UserName: string | null;
  readonly Domain: string | null;
  readonly DirectoryIdentifier: string | null;
  readonly FullName: string | null;
  readonly EmailAddress: string | null;
  readonly LastLoginTime: string | null;
  readonly IsActive: boolean | null;
  readonly CreationTime: string | null;
  readonly AuthenticationSource: string | null;
  readonly Password: string | null;
  readonly IsExternalLicensed: boolean;
  readonly RolesList: readonly string[] | null;
  readonly LoginProviders: readonly string[] | null;
  readonly TenantId: number | null;
  readonly TenancyName: string | null;
  readonly TenantDisplayName: string | null;
  readonly TenantKey: string | null;
  readonly Type: UserType | null;
  readonly ProvisionType: RobotProvisionType;
  readonly LicenseType: RobotType | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly RobotProvision: AttendedRobotDto | null;
  readonly UnattendedRobot: UnattendedRobotDto | null;
  /** Kept and given back, and not carried out: there are no alerts yet. */
  readonly NotificationSubscription: UserNotificationSubscription | null;
  readonly Key: string | null;
  /** Kept and given back, and not carried out: whoever is active may sign in. */
  readonly MayHaveUserSession: boolean;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly MayHaveRobotSession: boolean | null;
  readonly MayHaveUnattendedSession: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly MayHavePersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly RestrictToPersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: hosts are not updated by the server. */
  readonly UpdatePolicy: UpdatePolicyDto | null;
  readonly AccountId: string | null;
  readonly HasOnlyInheritedPrivileges: boolean;
  readonly ExplicitMayHaveUserSession: boolean | null;
  readonly ExplicitMayHaveRobotSession: boolean | null;
  readonly ExplicitMayHavePersonalWorkspace: boolean | null;
  readonly ExplicitRestrictToPersonalWorkspace: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly UserRoles?: readonly UserRoleDto[];
  /** With `$expand`. */
  readonly OrganizationUnits?: readonly OrganizationUnitDto[];
}

export interface UserRoleDto {
  readonly UserId: number | null;
  readonly RoleId: number | null;
  readonly UserName: string | null;
  readonly RoleName: string | null;
  readonly RoleType: RoleType | null;
  readonly Id: number;
}

export interface OrganizationUnitDto {
  readonly DisplayName: string | null;
  readonly Id: number;
}

export interface UserDtoInput {
  readonly Name?: string | null;
  readonly Surname?: string | null;
  readonly UserName?: string | null;
  readonly Domain?: string | null;
  readonly DirectoryIdentifier?: string | null;
  readonly EmailAddress?: string | null;
  readonly IsActive?: boolean | null;
  readonly Password?: string | null;
  readonly UserRoles?: readonly UserRoleInput[] | null;
  readonly RolesList?: readonly string[] | null;
  readonly Type?: UserType | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly RobotProvision?: AttendedRobotDtoInput | null;
  readonly UnattendedRobot?: UnattendedRobotDtoInput | null;
  /** Kept and given back, and not carried out: there are no alerts yet. */
  readonly NotificationSubscription?: UserNotificationSubscriptionInput | null;
  /** Kept and given back, and not carried out: whoever is active may sign in. */
  readonly MayHaveUserSession?: boolean | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly MayHaveRobotSession?: boolean | null;
  readonly MayHaveUnattendedSession?: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly MayHavePersonalWorkspace?: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly RestrictToPersonalWorkspace?: boolean | null;
  /** Kept and given back, and not carried out: hosts are not updated by the server. */
  readonly UpdatePolicy?: UpdatePolicyDtoInput | null;
}

export interface UserRoleInput {
  readonly RoleId?: number | null;
  readonly RoleName?: string | null;
}

export interface AttendedRobotDtoInput {
  readonly UserName?: string | null;
  readonly ExecutionSettings?: Readonly<Record<string, unknown>> | null;
  readonly RobotId?: number | null;
  readonly RobotType?: RobotType | null;
}

export interface UnattendedRobotDtoInput {
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly UserName?: string | null;
  /** Taken, and of no effect: jobs run as the account that the host runs as. */
  readonly Password?: string | null;
  /** Kept and given back, and not carried out: there are no other stores of credentials. */
  readonly CredentialStoreId?: number | null;
  /** Kept and given back, and not carried out: jobs run as the account that the host runs as. */
  readonly CredentialType?: CredentialType | null;
  /** Kept and given back, and not carried out: there are no other stores of credentials. */
  readonly CredentialExternalName?: string | null;
  /** Kept and given back, and not carried out: robots have none. */
  readonly ExecutionSettings?: Readonly<Record<string, unknown>> | null;
  /** Kept and given back, and not carried out: jobs of an account run side by side. */
  readonly LimitConcurrentExecution?: boolean | null;
}

export interface UserNotificationSubscriptionInput {
  readonly Queues?: boolean | null;
  readonly Robots?: boolean | null;
  readonly Jobs?: boolean | null;
  readonly Schedules?: boolean | null;
  readonly Tasks?: boolean | null;
  readonly QueueItems?: boolean | null;
  readonly Insights?: boolean | null;
  readonly CloudRobots?: boolean | null;
  readonly Serverless?: boolean | null;
  readonly Export?: boolean | null;
  readonly RateLimitsDaily?: boolean | null;
  readonly RateLimitsRealTime?: boolean | null;
  readonly AutopilotForRobotsDetectedIssues?: boolean | null;
  readonly Webhooks?: boolean | null;
}

export interface UserAssignRolesRequest {
  readonly roleIds: readonly number[];
}

export interface UsersToggleRoleRequest {
  readonly role: string;
  readonly toggle: boolean;
}

export interface UsersSetActiveRequest {
  readonly active: boolean;
}

export interface UserChangeCultureRequest {
  readonly culture: string;
}

export interface CurrentUserExtendedDto {
  readonly Name: string | null;
  readonly Surname: string | null;
  readonly UserName: string | null;
  readonly Domain: string | null;
  readonly DirectoryIdentifier: string | null;
  readonly FullName: string | null;
  readonly EmailAddress: string | null;
  readonly LastLoginTime: string | null;
  readonly IsActive: boolean | null;
  readonly CreationTime: string | null;
  readonly AuthenticationSource: string | null;
  readonly Password: string | null;
  readonly IsExternalLicensed: boolean;
  readonly RolesList: readonly string[] | null;
  readonly LoginProviders: readonly string[] | null;
  readonly TenantId: number | null;
  readonly TenancyName: string | null;
  readonly TenantDisplayName: string | null;
  readonly TenantKey: string | null;
  readonly Type: UserType | null;
  readonly ProvisionType: RobotProvisionType;
  readonly LicenseType: RobotType | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly RobotProvision: AttendedRobotDto | null;
  readonly UnattendedRobot: UnattendedRobotDto | null;
  /** Kept and given back, and not carried out: there are no alerts yet. */
  readonly NotificationSubscription: UserNotificationSubscription | null;
  readonly Key: string | null;
  /** Kept and given back, and not carried out: whoever is active may sign in. */
  readonly MayHaveUserSession: boolean;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly MayHaveRobotSession: boolean | null;
  readonly MayHaveUnattendedSession: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly MayHavePersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly RestrictToPersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: hosts are not updated by the server. */
  readonly UpdatePolicy: UpdatePolicyDto | null;
  readonly AccountId: string | null;
  readonly HasOnlyInheritedPrivileges: boolean;
  readonly ExplicitMayHaveUserSession: boolean | null;
  readonly ExplicitMayHaveRobotSession: boolean | null;
  readonly ExplicitMayHavePersonalWorkspace: boolean | null;
  readonly ExplicitRestrictToPersonalWorkspace: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  readonly PersonalWorskpaceFeedId: string | null;
  readonly VirtualFolderId: number | null;
  readonly Preferences: unknown;
  /** With `$expand`. */
  readonly UserRoles?: readonly UserRoleDto[];
  /** With `$expand`. */
  readonly OrganizationUnits?: readonly OrganizationUnitDto[];
  /** With `$expand`. */
  readonly PersonalWorkspace?: PersonalWorkspaceDto | null;
}

export interface PersonalWorkspaceDto {
  readonly Key: string | null;
  readonly Name: string | null;
  readonly IsActive: boolean | null;
  readonly OwnerId: number | null;
  readonly OwnerKey: string | null;
  readonly OwnerName: string | null;
  readonly LastLogin: string | null;
  readonly ExploringUserIds: readonly number[] | null;
  readonly Id: number;
}

export interface UserPermissionsCollection {
  readonly UserId: number | null;
  readonly Permissions: readonly string[] | null;
}

/** Lists the users of the tenant. */
export const getUsers: Operation<NoInput, Many<UserDto>> = {
  id: 'Users_Get',
  method: 'GET',
  path: '/odata/Users',
  answer: 'many',
};

/** One user; everybody may read their own. */
export const getUser: Operation<{ readonly key: number }, One<UserDto>> = {
  id: 'Users_GetById',
  method: 'GET',
  path: '/odata/Users({key})',
  answer: 'one',
};

/** Adds a person, a robot account or an external application to the tenant. */
export const postUser: Operation<{ readonly body: UserDtoInput }, One<UserDto>> = {
  id: 'Users_Post',
  method: 'POST',
  path: '/odata/Users',
  answer: 'one',
};

/** Changes a user, roles included. */
export const putUser: Operation<{ readonly key: number; readonly body: UserDtoInput }, undefined> = {
  id: 'Users_PutById',
  method: 'PUT',
  path: '/odata/Users({key})',
  answer: 'nothing',
};

/** Changes the members of a user that are given; roles stay as they are. */
export const patchUser: Operation<{ readonly key: number; readonly body: UserDtoInput }, undefined> = {
  id: 'Users_PatchById',
  method: 'PATCH',
  path: '/odata/Users({key})',
  answer: 'nothing',
};

/** Removes a user from the tenant, with robot and roles; the identity stays. */
export const deleteUser: Operation<{ readonly key: number }, undefined> = {
  id: 'Users_DeleteById',
  method: 'DELETE',
  path: '/odata/Users({key})',
  answer: 'nothing',
};

/** Replaces the roles that a user holds in the tenant. */
export const assignRoles: Operation<
  { readonly key: number; readonly body: UserAssignRolesRequest },
  undefined
> = {
  id: 'Users_AssignRolesById',
  method: 'POST',
  path: '/odata/Users({key})/UiPath.Server.Configuration.OData.AssignRoles',
  answer: 'nothing',
};

/** Gives or takes one role, by name. */
export const toggleRole: Operation<
  { readonly key: number; readonly body: UsersToggleRoleRequest },
  undefined
> = {
  id: 'Users_ToggleRoleById',
  method: 'POST',
  path: '/odata/Users({key})/UiPath.Server.Configuration.OData.ToggleRole',
  answer: 'nothing',
};

/** Lets a user in, or keeps a user out, of the tenant. */
export const setActive: Operation<{ readonly key: number; readonly body: UsersSetActiveRequest }, undefined> =
  {
    id: 'Users_SetActiveById',
    method: 'POST',
    path: '/odata/Users({key})/UiPath.Server.Configuration.OData.SetActive',
    answer: 'nothing',
  };

/** Sets the language of a user. */
export const changeUserCulture: Operation<
  { readonly key: number; readonly body: UserChangeCultureRequest },
  undefined
> = {
  id: 'Users_ChangeUserCultureById',
  method: 'POST',
  path: '/odata/Users({key})/UiPath.Server.Configuration.OData.ChangeUserCulture',
  answer: 'nothing',
};

/** Sets the language of the caller. */
export const changeCulture: Operation<{ readonly body: UserChangeCultureRequest }, undefined> = {
  id: 'Users_ChangeCulture',
  method: 'POST',
  path: '/odata/Users/UiPath.Server.Configuration.OData.ChangeCulture',
  answer: 'nothing',
};

/** The user that calls; 204 for applications that are no user of the tenant. */
export const getCurrentUser: Operation<NoInput, One<UserDto> | undefined> = {
  id: 'Users_GetCurrentUser',
  method: 'GET',
  path: '/odata/Users/UiPath.Server.Configuration.OData.GetCurrentUser',
  answer: 'one',
};

/** The user that calls, with the personal workspace. */
export const getCurrentUserExtended: Operation<NoInput, One<CurrentUserExtendedDto> | undefined> = {
  id: 'Users_GetCurrentUserExtended',
  method: 'GET',
  path: '/odata/Users/UiPath.Server.Configuration.OData.GetCurrentUserExtended',
  answer: 'one',
};

/** What the caller may do in the tenant, and in the folder that a header names. */
export const getCurrentPermissions: Operation<NoInput, One<UserPermissionsCollection>> = {
  id: 'Users_GetCurrentPermissions',
  method: 'GET',
  path: '/odata/Users/UiPath.Server.Configuration.OData.GetCurrentPermissions',
  answer: 'one',
};

/** Whether Identity still knows the users, by id. */
export const validateUsers: Operation<
  { readonly userIds: readonly number[] },
  Value<Readonly<Record<string, boolean | null>> | null>
> = {
  id: 'Users_ValidateByUserids',
  method: 'GET',
  path: '/odata/Users/UiPath.Server.Configuration.OData.Validate(userIds=[{userIds}])',
  answer: 'value',
};
