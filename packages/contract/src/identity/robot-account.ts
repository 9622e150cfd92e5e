// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { SortOrder } from './shared.ts';

export interface RobotAccountDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly RobotAccountDto[] | null;
}

export interface RobotAccountDto {
  readonly id: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly creationTime: string | null;
  readonly lastLoginTime: string | null;
  readonly groupIds: readonly string[] | null;
}

export interface CreateRobotAccountCommand {
  readonly partitionGlobalId: string;
  readonly id?: string | null;
  readonly name: string;
  readonly displayName?: string | null;
  readonly groupIDsToAdd?: readonly string[] | null;
}

export interface UpdateRobotAccountCommand {
  readonly partitionGlobalId: string;
  readonly displayName?: string | null;
  readonly groupIDsToAdd?: readonly string[] | null;
  readonly groupIDsToRemove?: readonly string[] | null;
}

export interface BulkRobotAccountDeleteCommand {
  readonly robotAccountIDs: readonly string[];
}

/** Lists the accounts that robots run as. */
export const getRobotAccounts: Operation<
  {
    readonly partitionGlobalId: string;
    readonly searchTerm?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  RobotAccountDtoPagedResultDto
> = {
  id: 'RobotAccount_GetRobotAccounts',
  method: 'GET',
  path: '/identity/api/RobotAccount/{partitionGlobalId}',
  query: ['searchTerm', 'top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/** One robot account. */
export const getRobotAccount: Operation<
  { readonly partitionGlobalId: string; readonly robotAccountId: string },
  RobotAccountDto
> = {
  id: 'RobotAccount_GetRobotAccount',
  method: 'GET',
  path: '/identity/api/RobotAccount/{partitionGlobalId}/{robotAccountId}',
  answer: 'plain',
};

/** Makes a robot account. */
export const createRobotAccount: Operation<{ readonly body: CreateRobotAccountCommand }, RobotAccountDto> = {
  id: 'RobotAccount_CreateRobotAccount',
  method: 'POST',
  path: '/identity/api/RobotAccount',
  answer: 'plain',
};

/** Changes what a robot account is shown as, and its groups; its name stays. */
export const updateRobotAccount: Operation<
  { readonly robotAccountId: string; readonly body: UpdateRobotAccountCommand },
  RobotAccountDto
> = {
  id: 'RobotAccount_UpdateRobotAccount',
  method: 'PUT',
  path: '/identity/api/RobotAccount/{robotAccountId}',
  answer: 'plain',
};

/** Removes a robot account from the organization and all its tenants. */
export const deleteRobotAccount: Operation<
  { readonly partitionGlobalId: string; readonly robotAccountId: string },
  undefined
> = {
  id: 'RobotAccount_Delete',
  method: 'DELETE',
  path: '/identity/api/RobotAccount/{partitionGlobalId}/{robotAccountId}',
  answer: 'nothing',
};

/** Removes robot accounts; those that are not there are no error. */
export const deleteRobotAccounts: Operation<
  { readonly partitionGlobalId: string; readonly body: BulkRobotAccountDeleteCommand },
  undefined
> = {
  id: 'RobotAccount_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/RobotAccount/{partitionGlobalId}',
  answer: 'nothing',
};
