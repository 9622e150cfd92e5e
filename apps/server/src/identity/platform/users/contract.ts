import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  MapOf,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { EmailAddress, ShownName } from '../../users/names-of-people.ts';
import { byAdministrators, byEverybody, inOrganization } from '../declaration.ts';
import { IdentityResult, RULES_BROKEN } from '../identity-result.ts';
import { pageOf, paging, searching, sorting } from '../paging.ts';

/** Not the enumeration of Orchestrator's users. The numbers agree only up to 3. */
export const UserType = enumeration('UserType', {
  user: 0,
  robot: 1,
  directoryUser: 2,
  directoryGroup: 3,
  robotAccount: 4,
  application: 5,
});

export const LoginAttemptResult = enumeration('LoginAttemptResult', {
  success: 0,
  invalidPassword: 1,
  userIsNotActive: 2,
  invalidUserNameTenancyName: 3,
  tenantIsNotActive: 4,
  userEmailIsNotConfirmed: 5,
  unknownExternalLogin: 6,
  lockedOut: 7,
  externalFailedAuthentication: 8,
  adLogin: 9,
});

export const User = dto('UserDto', {
  id: Guid(),
  userName: NameText(),
  email: NameText(),
  emailConfirmed: Bool(),
  name: NameText(),
  surname: NameText(),
  displayName: NameText(),
  creationTime: DateTime(),
  lastModificationTime: DateTime(),
  lastLoginTime: DateTime(),
  groupIDs: List(Guid()),
  legacyId: Int64(),
  isActive: Bool(),
  bypassBasicAuthRestriction: Bool(),
  /** The description has names here. Real servers answer numbers, and clients read numbers. */
  type: Enum(UserType, { numbered: true }),
  invitationAccepted: Bool(),
});

export const LoginAttempt = dto('UserLoginAttemptDto', {
  id: Int64(),
  partitionName: Text(),
  userId: Guid(),
  userNameOrEmailAddress: Text(),
  clientIpAddress: Text(),
  clientName: Text(),
  browserInfo: Text(),
  result: Enum(LoginAttemptResult, { numbered: true }),
  creationTime: DateTime(),
  partitionGlobalId: Guid(),
  /** Says more than the result: `wrongCode`, `needsPage`, `disabled`, `noAccount`, `emailTaken`. */
  reason: Text(),
});

const Email = EmailAddress({});
const Name = ShownName({ maxLength: 256 });
const Groups = List(Guid(), { max: 1000 });

const NO_RESTRICTION = 'nobody is kept from signing in with a password';

export const newUser = {
  id: Guid(),
  userName: NameText({ maxLength: 256 }),
  email: Email,
  name: Name,
  surname: Name,
  displayName: Name,
  type: Enum(UserType),
  bypassBasicAuthRestriction: Bool({ notCarriedOut: NO_RESTRICTION }),
  /** Answered as the product that it comes from gave it. */
  legacyId: Int64({ ofNoEffect: 'ids of old systems mean nothing here, and a new one is made' }),
  /**
   * If it is false, or absent for somebody who has an address and no other way in, an invitation is mailed.
   */
  invitationAccepted: Bool(),
};

const shared = { tag: 'User', scope: 'PM.User' } as const;
const params = { userId: Guid() };

export const getUser = operation({
  ...shared,
  ...byEverybody,
  id: 'User_GetUser',
  method: 'GET',
  path: '/identity/api/User/{userId}',
  summary: 'One user; everybody may read their own.',
  params,
  answer: plain(User),
});

export const getUsers = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_GetUsers',
  method: 'GET',
  path: '/identity/api/User/users/{partitionGlobalId}',
  summary: 'Lists the users of the organization.',
  params: inOrganization,
  query: { ...searching, ...paging, ...sorting },
  answer: plain(pageOf('UserDtoPagedResultDto', User)),
});

export const createUser = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_CreateUser',
  method: 'POST',
  path: '/identity/api/User',
  summary: 'Makes a user.',
  body: dto('CreateUserCommand', {
    ...newUser,
    partitionGlobalId: Guid({ required: true }),
    password: Text({ maxLength: 4096 }),
    validatePassword: Bool({
      default: true,
      ofNoEffect: 'a password is always one that the policy allows',
    }),
    groupIDs: Groups,
    /** Subjects at outside providers that sign in as this user. */
    userLogins: List(
      Complex(
        dto('CreateUserLoginCommand', {
          loginProvider: Name,
          providerKey: Text({ maxLength: 1024 }),
          providerDisplayName: NameText({
            maxLength: 256,
            ofNoEffect: 'a provider is called as it is set up here',
          }),
        }),
      ),
      { max: 20 },
    ),
  }),
  tells: 'audit',
  answer: plain(IdentityResult, 200, RULES_BROKEN),
  example: {
    userName: 'jane.doe@example.com',
    email: 'jane.doe@example.com',
    name: 'Jane',
    surname: 'Doe',
    displayName: 'Jane Doe',
    type: 'user',
    bypassBasicAuthRestriction: true,
    invitationAccepted: true,
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    password: 'correct horse 7 battery',
    validatePassword: true,
    groupIDs: [],
  },
});

// The description has the bare result. Real servers answer it beside the users. This answer is both.
const CreateUsersResult = dto('CreateUsersResult', {
  ...IdentityResult.fields,
  result: Complex(IdentityResult),
  users: List(Complex(User)),
});

export const createUsers = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_CreateUsers',
  method: 'POST',
  path: '/identity/api/User/BulkCreate',
  summary: 'Makes several users at once, all or none.',
  body: dto('CreateUsersCommand', {
    users: List(Complex(dto('CreateUserCommandBase', newUser)), { required: true, min: 1, max: 1000 }),
    partitionGlobalId: Guid({ required: true }),
    groupIDs: Groups,
  }),
  tells: 'audit',
  answer: plain(CreateUsersResult, 200, RULES_BROKEN),
  example: {
    users: [{ userName: 'john.roe@example.com', email: 'john.roe@example.com', type: 'user' }],
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    groupIDs: [],
  },
});

export const inviteUsers = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_InviteUsers',
  method: 'POST',
  path: '/identity/api/User/InviteUsers',
  summary: 'Makes a user of each address and mails them an invitation, all or none.',
  body: dto('InviteUsersCommand', {
    partitionGlobalId: Guid({ required: true }),
    emails: List(Email, { required: true, min: 1, max: 1000 }),
    groupIDs: Groups,
  }),
  tells: 'audit',
  answer: plain(CreateUsersResult, 200, RULES_BROKEN),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    emails: ['jane.doe@example.com', 'john.roe@example.com'],
    groupIDs: [],
  },
});

export const updateUser = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_Update',
  method: 'PUT',
  path: '/identity/api/User/{userId}',
  summary: 'Changes the members that are given; a password given here needs no old one.',
  params,
  body: dto('UpdateUserCommand', {
    name: Name,
    surname: Name,
    displayName: Name,
    email: Email,
    isActive: Bool(),
    password: Text({ maxLength: 4096 }),
    groupIDsToAdd: Groups,
    groupIDsToRemove: Groups,
    bypassBasicAuthRestriction: Bool({ notCarriedOut: NO_RESTRICTION }),
    /** True ends an invitation. UserInvite sends one. */
    invitationAccepted: Bool(),
    extensionUserAttributesToAddOrUpdate: MapOf(Text({ maxLength: 1024 })),
    extensionUserAttributesToRemove: List(Name, { max: 100 }),
  }),
  tells: 'audit',
  answer: plain(IdentityResult, 200, RULES_BROKEN),
  example: { name: 'Jane', surname: 'Roe', isActive: true, bypassBasicAuthRestriction: true },
});

export const deleteUser = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_Delete',
  method: 'DELETE',
  path: '/identity/api/User/{userId}',
  summary: 'Removes a user from the organization and all its tenants.',
  params,
  tells: 'audit',
  answer: nothing(),
});

export const deleteUsers = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/User',
  summary: 'Removes users; those that are not there are no error.',
  body: dto('BulkSoftDeleteCommand', {
    partitionGlobalId: Guid({ required: true }),
    userIds: List(Guid(), { required: true, max: 1000 }),
  }),
  tells: 'audit',
  answer: nothing(),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    userIds: ['00000000-0000-0000-0000-000000000001'],
  },
});

export const changePassword = operation({
  ...shared,
  ...byEverybody,
  id: 'User_ChangePassword',
  method: 'POST',
  path: '/identity/api/User/{userId}/changepassword',
  summary: 'Changes a password that the caller knows; it ends the sessions it opened.',
  params,
  body: dto('ChangeUserPasswordCommand', {
    oldPassword: Text({ maxLength: 4096 }),
    newPassword: Text({ maxLength: 4096 }),
  }),
  tells: 'audit',
  answer: plain(IdentityResult, 200, {
    also: {
      ...RULES_BROKEN.also,
      429: { text: 'Too many wrong passwords; Retry-After says when to come again.', body: 'refusal' },
    },
  }),
  example: { oldPassword: 'correct horse 7 battery', newPassword: 'incorrect horse 8 battery' },
});

export const getSecondFactor = operation({
  ...shared,
  ...byEverybody,
  id: 'User_GetSecondFactor',
  method: 'GET',
  path: '/identity/api/User/{userId}/SecondFactor',
  summary: 'Whether a user has a second factor, since when, and how many recovery codes are left.',
  params,
  answer: plain(
    dto('UserSecondFactorDto', { isEnabled: Bool(), creationTime: DateTime(), recoveryCodesLeft: Int32() }),
  ),
});

export const deleteSecondFactor = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_DeleteSecondFactor',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/SecondFactor',
  summary:
    'Takes the second factor from a user who has lost it, and signs them out; where one is asked for, a new one is set up next.',
  params,
  tells: 'audit',
  answer: nothing(),
});

export const forcePasswordChange = operation({
  ...shared,
  ...byAdministrators,
  id: 'User_ForcePasswordChange',
  method: 'POST',
  path: '/identity/api/User/{userId}/ForcePasswordChange',
  summary:
    'Signs a user out everywhere, and asks for another password at the next sign-in, which is on a page until then.',
  params,
  tells: 'audit',
  answer: nothing(),
});

const lock = { ...shared, ...byAdministrators, path: '/identity/api/User/{userId}/Lock', params } as const;

export const getLock = operation({
  ...lock,
  id: 'User_GetLock',
  method: 'GET',
  summary: 'Whether wrong guesses make somebody wait who signs in as a user, and until when.',
  answer: plain(dto('UserLockDto', { isLocked: Bool(), lockedUntil: DateTime(), failures: Int32() })),
});

export const deleteLock = operation({
  ...lock,
  id: 'User_DeleteLock',
  method: 'DELETE',
  summary: 'Lets a user sign in again at once who has failed too often; a new password does so too.',
  tells: 'audit',
  answer: nothing(),
});

export const getLoginAttempts = operation({
  ...byEverybody,
  id: 'UserLoginAttempt_GetLoginAttempts',
  tag: 'UserLoginAttempt',
  method: 'GET',
  path: '/identity/api/User/{userId}/loginAttempts',
  summary: 'When somebody tried to sign in as a user, and what came of it, newest first.',
  scope: 'PM.UserLoginAttempt',
  params,
  query: {
    userSID: NameText({ maxLength: 256, ofNoEffect: 'there are no Windows accounts here' }),
    ...paging,
    ...sorting,
    since: DateTime(),
  },
  answer: plain(pageOf('UserLoginAttemptDtoPagedResultDto', LoginAttempt)),
});
