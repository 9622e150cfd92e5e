// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { IdentityError, IdentityResult, SortOrder, UserDto } from './shared.ts';

export interface UserSessionDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserSessionDto[] | null;
}

export interface UserSessionDto {
  readonly id: string | null;
  readonly creationTime: string | null;
  readonly lastUsedTime: string | null;
  readonly expiryTime: string | null;
  readonly clientIpAddress: string | null;
  readonly browserInfo: string | null;
  readonly isCurrent: boolean | null;
}

export interface UserApplicationDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserApplicationDto[] | null;
}

export interface UserApplicationDto {
  readonly clientId: string | null;
  readonly name: string | null;
  readonly scopes: readonly string[] | null;
  readonly creationTime: string | null;
  readonly lastUsedTime: string | null;
}

export interface UserDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserDto[] | null;
}

export interface CreateUserCommand {
  readonly id?: string | null;
  readonly userName?: string | null;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly surname?: string | null;
  readonly displayName?: string | null;
  readonly type?: UserType | null;
  /** Kept and given back, and not carried out: nobody is kept from signing in with a password. */
  readonly bypassBasicAuthRestriction?: boolean | null;
  /** Taken, and of no effect: ids of old systems mean nothing here, and a new one is made. */
  readonly legacyId?: number | null;
  readonly invitationAccepted?: boolean | null;
  readonly partitionGlobalId: string;
  readonly password?: string | null;
  /** Taken, and of no effect: a password is always one that the policy allows. */
  readonly validatePassword?: boolean | null;
  readonly groupIDs?: readonly string[] | null;
  readonly userLogins?: readonly CreateUserLoginCommand[] | null;
}

export const UserType = {
  user: 0,
  robot: 1,
  directoryUser: 2,
  directoryGroup: 3,
  robotAccount: 4,
  application: 5,
} as const;
export type UserType = keyof typeof UserType;

export interface CreateUserLoginCommand {
  readonly loginProvider?: string | null;
  readonly providerKey?: string | null;
  /** Taken, and of no effect: a provider is called as it is set up here. */
  readonly providerDisplayName?: string | null;
}

export interface CreateUsersResult {
  readonly succeeded: boolean | null;
  readonly errors: readonly IdentityError[] | null;
  readonly result: IdentityResult | null;
  readonly users: readonly UserDto[] | null;
}

export interface CreateUsersCommand {
  readonly users: readonly CreateUserCommandBase[];
  readonly partitionGlobalId: string;
  readonly groupIDs?: readonly string[] | null;
}

export interface CreateUserCommandBase {
  readonly id?: string | null;
  readonly userName?: string | null;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly surname?: string | null;
  readonly displayName?: string | null;
  readonly type?: UserType | null;
  /** Kept and given back, and not carried out: nobody is kept from signing in with a password. */
  readonly bypassBasicAuthRestriction?: boolean | null;
  /** Taken, and of no effect: ids of old systems mean nothing here, and a new one is made. */
  readonly legacyId?: number | null;
  readonly invitationAccepted?: boolean | null;
}

export interface InviteUsersCommand {
  readonly partitionGlobalId: string;
  readonly emails: readonly string[];
  readonly groupIDs?: readonly string[] | null;
}

export interface UpdateUserCommand {
  readonly name?: string | null;
  readonly surname?: string | null;
  readonly displayName?: string | null;
  readonly email?: string | null;
  readonly isActive?: boolean | null;
  readonly password?: string | null;
  readonly groupIDsToAdd?: readonly string[] | null;
  readonly groupIDsToRemove?: readonly string[] | null;
  /** Kept and given back, and not carried out: nobody is kept from signing in with a password. */
  readonly bypassBasicAuthRestriction?: boolean | null;
  readonly invitationAccepted?: boolean | null;
  readonly extensionUserAttributesToAddOrUpdate?: Readonly<Record<string, string | null>> | null;
  readonly extensionUserAttributesToRemove?: readonly string[] | null;
}

export interface BulkSoftDeleteCommand {
  readonly partitionGlobalId: string;
  readonly userIds: readonly string[];
}

export interface ChangeUserPasswordCommand {
  readonly oldPassword?: string | null;
  readonly newPassword?: string | null;
}

export interface UserSecondFactorDto {
  readonly isEnabled: boolean | null;
  readonly creationTime: string | null;
  readonly recoveryCodesLeft: number | null;
}

export interface UserLockDto {
  readonly isLocked: boolean | null;
  readonly lockedUntil: string | null;
  readonly failures: number | null;
}

/** In which browsers a user is signed in, the one used last first; everybody may read their own. */
export const getSessions: Operation<
  {
    readonly userId: string;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  UserSessionDtoPagedResultDto
> = {
  id: 'User_GetSessions',
  method: 'GET',
  path: '/identity/api/User/{userId}/Sessions',
  query: ['top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/**
 * Signs a user out of one browser and of the applications that were opened from it: refresh tokens are
 * refused at once, access tokens within a second.
 */
export const deleteSession: Operation<{ readonly userId: string; readonly sessionId: string }, undefined> = {
  id: 'User_DeleteSession',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Sessions/{sessionId}',
  answer: 'nothing',
};

/** Signs a user out everywhere; all tokens of theirs end, but personal access tokens. */
export const deleteSessions: Operation<
  { readonly userId: string; readonly exceptCurrent?: boolean | null },
  undefined
> = {
  id: 'User_DeleteSessions',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Sessions',
  query: ['exceptCurrent'],
  answer: 'nothing',
};

/** Which applications may act for a user, with what scopes and since when; everybody may read their own. */
export const getApplications: Operation<
  {
    readonly userId: string;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  UserApplicationDtoPagedResultDto
> = {
  id: 'User_GetApplications',
  method: 'GET',
  path: '/identity/api/User/{userId}/Applications',
  query: ['top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/**
 * Takes back what a user allows an application: refresh tokens are refused at once, access tokens within a
 * second, and it asks again.
 */
export const deleteApplication: Operation<{ readonly userId: string; readonly clientId: string }, undefined> =
  {
    id: 'User_DeleteApplication',
    method: 'DELETE',
    path: '/identity/api/User/{userId}/Applications/{clientId}',
    answer: 'nothing',
  };

/** One user; everybody may read their own. */
export const getUser: Operation<{ readonly userId: string }, UserDto> = {
  id: 'User_GetUser',
  method: 'GET',
  path: '/identity/api/User/{userId}',
  answer: 'plain',
};

/** Lists the users of the organization. */
export const getUsers: Operation<
  {
    readonly partitionGlobalId: string;
    readonly searchTerm?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  UserDtoPagedResultDto
> = {
  id: 'User_GetUsers',
  method: 'GET',
  path: '/identity/api/User/users/{partitionGlobalId}',
  query: ['searchTerm', 'top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/** Makes a user. */
export const createUser: Operation<{ readonly body: CreateUserCommand }, IdentityResult> = {
  id: 'User_CreateUser',
  method: 'POST',
  path: '/identity/api/User',
  answer: 'plain',
};

/** Makes several users at once, all or none. */
export const createUsers: Operation<{ readonly body: CreateUsersCommand }, CreateUsersResult> = {
  id: 'User_CreateUsers',
  method: 'POST',
  path: '/identity/api/User/BulkCreate',
  answer: 'plain',
};

/** Makes a user of each address and mails them an invitation, all or none. */
export const inviteUsers: Operation<{ readonly body: InviteUsersCommand }, CreateUsersResult> = {
  id: 'User_InviteUsers',
  method: 'POST',
  path: '/identity/api/User/InviteUsers',
  answer: 'plain',
};

/** Changes the members that are given; a password given here needs no old one. */
export const updateUser: Operation<
  { readonly userId: string; readonly body: UpdateUserCommand },
  IdentityResult
> = {
  id: 'User_Update',
  method: 'PUT',
  path: '/identity/api/User/{userId}',
  answer: 'plain',
};

/** Removes a user from the organization and all its tenants. */
export const deleteUser: Operation<{ readonly userId: string }, undefined> = {
  id: 'User_Delete',
  method: 'DELETE',
  path: '/identity/api/User/{userId}',
  answer: 'nothing',
};

/** Removes users; those that are not there are no error. */
export const deleteUsers: Operation<{ readonly body: BulkSoftDeleteCommand }, undefined> = {
  id: 'User_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/User',
  answer: 'nothing',
};

/** Changes a password that the caller knows; it ends the sessions it opened. */
export const changePassword: Operation<
  { readonly userId: string; readonly body: ChangeUserPasswordCommand },
  IdentityResult
> = {
  id: 'User_ChangePassword',
  method: 'POST',
  path: '/identity/api/User/{userId}/changepassword',
  answer: 'plain',
};

/** Whether a user has a second factor, since when, and how many recovery codes are left. */
export const getSecondFactor: Operation<{ readonly userId: string }, UserSecondFactorDto> = {
  id: 'User_GetSecondFactor',
  method: 'GET',
  path: '/identity/api/User/{userId}/SecondFactor',
  answer: 'plain',
};

/**
 * Takes the second factor from a user who has lost it, and signs them out; where one is asked for, a new one
 * is set up next.
 */
export const deleteSecondFactor: Operation<{ readonly userId: string }, undefined> = {
  id: 'User_DeleteSecondFactor',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/SecondFactor',
  answer: 'nothing',
};

/**
 * Signs a user out everywhere, and asks for another password at the next sign-in, which is on a page until
 * then.
 */
export const forcePasswordChange: Operation<{ readonly userId: string }, undefined> = {
  id: 'User_ForcePasswordChange',
  method: 'POST',
  path: '/identity/api/User/{userId}/ForcePasswordChange',
  answer: 'nothing',
};

/** Whether wrong guesses make somebody wait who signs in as a user, and until when. */
export const getLock: Operation<{ readonly userId: string }, UserLockDto> = {
  id: 'User_GetLock',
  method: 'GET',
  path: '/identity/api/User/{userId}/Lock',
  answer: 'plain',
};

/** Lets a user sign in again at once who has failed too often; a new password does so too. */
export const deleteLock: Operation<{ readonly userId: string }, undefined> = {
  id: 'User_DeleteLock',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Lock',
  answer: 'nothing',
};
