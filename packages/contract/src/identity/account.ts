// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from '../operation.ts';

export interface ProfileDto {
  readonly partitionName: string | null;
  readonly partitionGlobalId: string | null;
  readonly userName: string | null;
  readonly name: string | null;
  readonly isAdmin: boolean | null;
  readonly fullName: string | null;
}

/** Who calls. */
export const getProfile: Operation<NoInput, ProfileDto> = {
  id: 'Account_Profile',
  method: 'GET',
  path: '/identity/api/Account/Profile',
  answer: 'plain',
};

/** Answers while the caller's sign-in is good, and 401 after. */
export const checkSession: Operation<NoInput, undefined> = {
  id: 'CheckSession_Get',
  method: 'GET',
  path: '/identity/api/CheckSession',
  answer: 'nothing',
};
