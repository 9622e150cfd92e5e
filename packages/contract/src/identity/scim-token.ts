// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface ScimTokenDto {
  readonly id: number | null;
  readonly description: string | null;
  readonly creationTime: string | null;
  readonly expiryTime: string | null;
}

export interface NewScimTokenDto {
  readonly id: number | null;
  readonly description: string | null;
  readonly creationTime: string | null;
  readonly expiryTime: string | null;
  readonly token: string | null;
}

export interface CreateScimTokenCommand {
  readonly partitionGlobalId: string;
  readonly description?: string | null;
  readonly expiryTime?: string | null;
}

/** The tokens that directories keep users and groups with; what they are is not told again. */
export const getScimTokens: Operation<{ readonly partitionGlobalId: string }, readonly ScimTokenDto[]> = {
  id: 'ScimToken_GetAll',
  method: 'GET',
  path: '/identity/api/ScimToken/{partitionGlobalId}',
  answer: 'plain',
};

/** Makes a token for a directory (SCIM 2.0 at /identity/scim/v2); it is told only here. */
export const createScimToken: Operation<{ readonly body: CreateScimTokenCommand }, NewScimTokenDto> = {
  id: 'ScimToken_Create',
  method: 'POST',
  path: '/identity/api/ScimToken',
  answer: 'plain',
};

/** Takes a token back, at once. */
export const deleteScimToken: Operation<
  { readonly partitionGlobalId: string; readonly tokenId: number },
  undefined
> = {
  id: 'ScimToken_Delete',
  method: 'DELETE',
  path: '/identity/api/ScimToken/{partitionGlobalId}/{tokenId}',
  answer: 'nothing',
};
