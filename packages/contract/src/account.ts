// Made from the server's declarations by `npm run contract`.
import type { Operation } from './operation.ts';

export interface AjaxResponse {
  /** The token. */
  readonly result: string | null;
  readonly targetUrl: string | null;
  readonly success: boolean;
  readonly error: ErrorInfo | null;
  readonly unAuthorizedRequest: boolean;
  readonly __abp: boolean;
}

export interface LoginModel {
  readonly tenancyName?: string | null;
  readonly usernameOrEmailAddress: string;
  readonly password: string;
}

export interface ErrorInfo {
  readonly code: number | null;
  readonly message: string | null;
  readonly details: string | null;
  readonly validationErrors: unknown;
}

/** Answers a token for a name and a password. */
export const authenticate: Operation<{ readonly body: LoginModel }, AjaxResponse> = {
  id: 'Account_Authenticate',
  method: 'POST',
  path: '/api/Account/Authenticate',
  answer: 'plain',
};
