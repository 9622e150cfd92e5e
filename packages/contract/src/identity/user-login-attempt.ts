// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { SortOrder } from './shared.ts';

export interface UserLoginAttemptDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserLoginAttemptDto[] | null;
}

export interface UserLoginAttemptDto {
  readonly id: number | null;
  readonly partitionName: string | null;
  readonly userId: string | null;
  readonly userNameOrEmailAddress: string | null;
  readonly clientIpAddress: string | null;
  readonly clientName: string | null;
  readonly browserInfo: string | null;
  readonly result: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | null;
  readonly creationTime: string | null;
  readonly partitionGlobalId: string | null;
  readonly reason: string | null;
}

/** When somebody tried to sign in as a user, and what came of it, newest first. */
export const getLoginAttempts: Operation<
  {
    readonly userId: string;
    readonly userSID?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
    readonly since?: string | null;
  },
  UserLoginAttemptDtoPagedResultDto
> = {
  id: 'UserLoginAttempt_GetLoginAttempts',
  method: 'GET',
  path: '/identity/api/User/{userId}/loginAttempts',
  query: ['userSID', 'top', 'skip', 'sortBy', 'sortOrder', 'since'],
  answer: 'plain',
};
