// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from '../operation.ts';

export interface ReferenceTokenDto {
  readonly id: string | null;
  readonly description: string | null;
  readonly scopes: readonly string[] | null;
  readonly creationTime: string | null;
  readonly expiryTime: string | null;
  readonly lastUsedTime: string | null;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly token: string | null;
}

export interface CreateReferenceTokenCommand {
  readonly description: string;
  readonly scopes: readonly string[];
  readonly expiryTime: string;
}

export interface RegenerateReferenceTokenCommand {
  readonly description?: string | null;
  readonly expiryTime?: string | null;
}

export interface BulkReferenceTokenDeleteCommand {
  readonly ids: readonly string[];
}

export interface RevokeReferenceTokenCommand {
  readonly token: string;
}

/** The caller's personal access tokens. */
export const getTokens: Operation<NoInput, readonly ReferenceTokenDto[]> = {
  id: 'ReferenceToken_GetAll',
  method: 'GET',
  path: '/identity/api/ReferenceToken',
  answer: 'plain',
};

/** The personal access tokens of everybody in the organization. */
export const getTokensOfOrganization: Operation<
  { readonly partitionGlobalId: string },
  readonly ReferenceTokenDto[]
> = {
  id: 'ReferenceToken_GetByPartition',
  method: 'GET',
  path: '/identity/api/ReferenceToken/partition/{partitionGlobalId}',
  answer: 'plain',
};

/** One personal access token, without its value. */
export const getToken: Operation<{ readonly referenceTokenId: string }, ReferenceTokenDto> = {
  id: 'ReferenceToken_Get',
  method: 'GET',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  answer: 'plain',
};

/** Makes a token that acts for the caller, within its scopes; its value is told here and never again. */
export const createToken: Operation<{ readonly body: CreateReferenceTokenCommand }, ReferenceTokenDto> = {
  id: 'ReferenceToken_Create',
  method: 'POST',
  path: '/identity/api/ReferenceToken',
  answer: 'plain',
};

/** Gives a token another value and another end; scopes stay. */
export const regenerateToken: Operation<
  { readonly referenceTokenId: string; readonly body: RegenerateReferenceTokenCommand },
  ReferenceTokenDto
> = {
  id: 'ReferenceToken_Regenerate',
  method: 'PUT',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  answer: 'plain',
};

/** Takes a token back; it is refused within a second. */
export const deleteToken: Operation<{ readonly referenceTokenId: string }, undefined> = {
  id: 'ReferenceToken_Delete',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  answer: 'nothing',
};

/** Takes tokens back; those that are not there are no error. */
export const deleteTokens: Operation<{ readonly body: BulkReferenceTokenDeleteCommand }, undefined> = {
  id: 'ReferenceToken_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken',
  answer: 'nothing',
};

/** Takes a token back by its value. */
export const revokeToken: Operation<{ readonly body: RevokeReferenceTokenCommand }, undefined> = {
  id: 'ReferenceToken_Revoke',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken/Revoke',
  answer: 'nothing',
};
