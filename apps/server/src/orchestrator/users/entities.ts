import { EmailAddress, ShownName } from '../../identity/users/names-of-people.ts';
import { entity, toMany, toOne } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  Json,
  List,
  MapOf,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { UserType } from '../../people/user-type.ts';
import { CredentialType, RobotProvisionType, RobotType } from '../robots/enumerations.ts';
import { RoleType } from '../roles/enumerations.ts';

const UpdatePolicyType = enumeration('UpdatePolicyType', {
  None: 0,
  SpecificVersion: 1,
  LatestVersion: 2,
  LatestPatch: 3,
});

const AS_THE_HOST = 'jobs run as the account that the host runs as';
const NO_STORES = 'there are no other stores of credentials';
const NO_SETTINGS = 'robots have none';

/** The account that unattended jobs run as. Its password can be set, but is never shown. */
export const UnattendedRobot = dto('UnattendedRobotDto', {
  UserName: NameText({ maxLength: 100, notCarriedOut: AS_THE_HOST }),
  Password: Text({ maxLength: 100, ofNoEffect: AS_THE_HOST }),
  CredentialStoreId: Int64({ notCarriedOut: NO_STORES }),
  CredentialType: Enum(CredentialType, { default: 'Default', notCarriedOut: AS_THE_HOST }),
  CredentialExternalName: Text({ maxLength: 450, notCarriedOut: NO_STORES }),
  ExecutionSettings: MapOf(Json(), { notCarriedOut: NO_SETTINGS }),
  LimitConcurrentExecution: Bool({
    default: false,
    notCarriedOut: 'jobs of an account run side by side',
  }),
  RobotId: Int64({ readOnly: true }),
  MachineMappingsCount: Int32({ readOnly: true, default: 0 }),
});

const AttendedRobot = dto('AttendedRobotDto', {
  UserName: NameText({ maxLength: 100 }),
  ExecutionSettings: MapOf(Json()),
  RobotId: Int64(),
  RobotType: Enum(RobotType),
});

const UserNotificationSubscription = dto('UserNotificationSubscription', {
  Queues: Bool({ default: false }),
  Robots: Bool({ default: false }),
  Jobs: Bool({ default: false }),
  Schedules: Bool({ default: false }),
  Tasks: Bool({ default: false }),
  QueueItems: Bool({ default: false }),
  Insights: Bool({ default: false }),
  CloudRobots: Bool({ default: false }),
  Serverless: Bool({ default: false }),
  Export: Bool({ default: false }),
  RateLimitsDaily: Bool({ default: false }),
  RateLimitsRealTime: Bool({ default: false }),
  AutopilotForRobotsDetectedIssues: Bool({ default: false }),
  Webhooks: Bool({ default: false }),
});

const UpdatePolicy = dto('UpdatePolicyDto', {
  Type: Enum(UpdatePolicyType),
  SpecificVersion: Text({ maxLength: 128 }),
});

/** A role that a user holds in the tenant. */
const UserRole = entity({
  name: 'UserRoleDto',
  key: ['UserId', 'RoleId'],
  inTenant: false,
  reading: 'as part',
  table: `(select ur.user_id, ur.role_id, u.user_name, r.name as role_name, r.type as role_type
             from user_roles ur join users u on u.id = ur.user_id join roles r on r.id = ur.role_id)`,
  properties: {
    UserId: Int64(),
    RoleId: Int32(),
    UserName: NameText(),
    RoleName: NameText(),
    RoleType: Enum(RoleType),
    Id: Int64({ constant: 0 }),
  },
});

/** A folder in which a user holds a role. */
const OrganizationUnit = entity({
  name: 'OrganizationUnitDto',
  inTenant: false,
  inFolder: '$.id in ?',
  reading: { scope: 'OR.Folders', inTenant: 'Units.View', inFolder: 'any role' },
  table: `(select distinct fu.user_id, f.id, f.display_name
             from folder_users fu join folders f on f.id = fu.folder_id)`,
  properties: { DisplayName: NameText(), Id: Int64() },
});

const tenant = (column: string): string => `(select t.${column} from tenants t where t.id = $.tenant_id)`;

const properties = {
  Name: ShownName({ maxLength: 1024 }),
  Surname: ShownName({ maxLength: 1024 }),
  UserName: NameText({ maxLength: 256 }),
  Domain: NameText({ maxLength: 256 }),
  DirectoryIdentifier: Guid(),
  FullName: Text({ readOnly: true, from: `nullif(concat_ws(' ', $.name, $.surname), '')` }),
  EmailAddress: EmailAddress({ from: 'email' }),
  LastLoginTime: DateTime({ readOnly: true, from: 'last_login_at' }),
  IsActive: Bool(),
  CreationTime: DateTime({ readOnly: true, from: 'created_at' }),
  AuthenticationSource: Text({ readOnly: true, constant: null }),
  /** Read when a local user is created. Answers contain the member, but it is always empty. */
  Password: Text({ maxLength: 256, constant: null }),
  IsExternalLicensed: Bool({ readOnly: true, constant: false }),
  /** Read from a body, besides `RolesList`. Answers show it through the navigation of the same name. */
  UserRoles: List(Complex(dto('UserRoleInput', { RoleId: Int32(), RoleName: NameText() })), {
    writeOnly: true,
    max: 1000,
  }),
  RolesList: List(NameText(), {
    max: 1000,
    from: `array(select r.name from user_roles ur join roles r on r.id = ur.role_id
                  where ur.user_id = $.id order by r.name)`,
  }),
  LoginProviders: List(Text(), { readOnly: true, from: `array[]::text[]` }),
  TenantId: Int32({ readOnly: true }),
  TenancyName: Text({ readOnly: true, from: tenant('name') }),
  TenantDisplayName: Text({ readOnly: true, from: tenant('display_name') }),
  TenantKey: Text({ readOnly: true, from: tenant('key::text') }),
  Type: Enum(UserType),
  ProvisionType: Enum(RobotProvisionType, { readOnly: true, constant: 1 }),
  LicenseType: Enum(RobotType, { readOnly: true, constant: null }),
  RobotProvision: Complex(AttendedRobot, {
    notCarriedOut: 'there are no attended robots',
    from: `($.details -> 'RobotProvision')`,
  }),
  UnattendedRobot: Complex(UnattendedRobot, {
    from: `case when $.may_have_unattended_session then ($.details -> 'UnattendedRobot')
      || jsonb_build_object('RobotId', (select r.id from robots r where r.user_id = $.id)) end`,
  }),
  NotificationSubscription: Complex(UserNotificationSubscription, {
    notCarriedOut: 'there are no alerts yet',
    from: `($.details -> 'NotificationSubscription')`,
  }),
  Key: Guid({ readOnly: true }),
  MayHaveUserSession: Bool({ default: true, notCarriedOut: 'whoever is active may sign in' }),
  MayHaveRobotSession: Bool({ notCarriedOut: 'there are no attended robots' }),
  MayHaveUnattendedSession: Bool(),
  MayHavePersonalWorkspace: Bool({ notCarriedOut: 'personal workspaces are not made yet' }),
  RestrictToPersonalWorkspace: Bool({
    notCarriedOut: 'personal workspaces are not made yet',
    from: `coalesce(($.details ->> 'RestrictToPersonalWorkspace')::boolean, false)`,
  }),
  UpdatePolicy: Complex(UpdatePolicy, {
    notCarriedOut: 'hosts are not updated by the server',
    from: `coalesce($.details -> 'UpdatePolicy', jsonb_build_object('Type', 0))`,
  }),
  AccountId: Text({ readOnly: true, constant: null }),
  HasOnlyInheritedPrivileges: Bool({ readOnly: true, constant: false }),
  ExplicitMayHaveUserSession: Bool({ from: 'may_have_user_session', readOnly: true }),
  ExplicitMayHaveRobotSession: Bool({ from: 'may_have_robot_session', readOnly: true }),
  ExplicitMayHavePersonalWorkspace: Bool({ from: 'may_have_personal_workspace', readOnly: true }),
  ExplicitRestrictToPersonalWorkspace: Bool({ readOnly: true, constant: false }),
  LastModificationTime: DateTime({ readOnly: true, from: 'modified_at' }),
  LastModifierUserId: Int64({ readOnly: true, from: 'modifier_user_id' }),
  CreatorUserId: Int64({ readOnly: true }),
  Id: Int64({ readOnly: true }),
};

const navigations = {
  UserRoles: toMany(() => UserRole, '$.id = @.user_id'),
  OrganizationUnits: toMany(() => OrganizationUnit, '$.id = @.user_id'),
};

/** A person, group, robot account or application that holds roles in a tenant. Identity knows who it is. */
export const User = entity({
  name: 'UserDto',
  set: 'Users',
  label: 'User',
  table: 'users',
  reading: { scope: 'OR.Users', inTenant: 'Users.View' },
  properties,
  navigations,
});

/** The personal workspace of the caller. No navigation leads to anybody else's. */
const PersonalWorkspace = entity({
  name: 'PersonalWorkspaceDto',
  inTenant: false,
  reading: 'as part',
  table: `(select f.id, f.key, f.display_name as name, u.id as owner_id,
                  u.key as owner_key, u.user_name as owner_name,
                  u.is_active, u.last_login_at as last_login
             from folders f join users u on u.id = f.owner_user_id)`,
  properties: {
    Key: Guid(),
    Name: NameText(),
    IsActive: Bool(),
    OwnerId: Int64(),
    OwnerKey: Guid(),
    OwnerName: Text(),
    LastLogin: DateTime(),
    ExploringUserIds: List(Int64(), { from: `array[]::bigint[]` }),
    Id: Int64(),
  },
});

/** The first thing that SDKs ask for: who the caller is, and where their personal workspace is. */
export const CurrentUser = entity({
  name: 'CurrentUserExtendedDto',
  set: 'Users',
  base: () => User,
  label: 'User',
  table: 'users',
  properties: {
    ...properties,
    /** The API spells the name this way. */
    PersonalWorskpaceFeedId: Guid({ constant: null }),
    VirtualFolderId: Int64({ constant: null }),
    Preferences: Json({ constant: null }),
  },
  navigations: {
    ...navigations,
    PersonalWorkspace: toOne(() => PersonalWorkspace, '$.id = @.owner_id'),
  },
});
