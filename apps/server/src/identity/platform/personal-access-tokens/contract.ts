import { Complex, DateTime, dto, Guid, List, Text } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, byEverybody, inOrganization } from '../declaration.ts';

/** The API calls them reference tokens. */
export const ReferenceToken = dto('ReferenceTokenDto', {
  id: Guid(),
  description: Text(),
  scopes: List(Text()),
  creationTime: DateTime(),
  expiryTime: DateTime(),
  lastUsedTime: DateTime(),
  userId: Guid(),
  userName: Text(),
  /** Shown when it is made, and null ever after. */
  token: Text(),
});

/** Tokens cannot have this scope, so a lost token cannot make others. */
const shared = {
  ...byEverybody,
  callers: ['user'],
  tag: 'ReferenceToken',
  scope: 'IdentityServerApi',
} as const;
const params = { referenceTokenId: Guid() };
const token = plain(ReferenceToken);

export const getTokens = operation({
  ...shared,
  id: 'ReferenceToken_GetAll',
  method: 'GET',
  path: '/identity/api/ReferenceToken',
  summary: "The caller's personal access tokens.",
  answer: plain(List(Complex(ReferenceToken))),
});

export const getTokensOfOrganization = operation({
  ...shared,
  ...byAdministrators,
  id: 'ReferenceToken_GetByPartition',
  method: 'GET',
  path: '/identity/api/ReferenceToken/partition/{partitionGlobalId}',
  summary: 'The personal access tokens of everybody in the organization.',
  params: inOrganization,
  answer: plain(List(Complex(ReferenceToken))),
});

export const getToken = operation({
  ...shared,
  id: 'ReferenceToken_Get',
  method: 'GET',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  summary: 'One personal access token, without its value.',
  params,
  answer: token,
});

export const createToken = operation({
  ...shared,
  id: 'ReferenceToken_Create',
  method: 'POST',
  path: '/identity/api/ReferenceToken',
  summary:
    'Makes a token that acts for the caller, within its scopes; its value is told here and never again.',
  body: dto('CreateReferenceTokenCommand', {
    description: Text({ required: true, maxLength: 256 }),
    scopes: List(Text({ maxLength: 128 }), { required: true, min: 1, max: 200 }),
    expiryTime: DateTime({ required: true }),
  }),
  tells: 'audit',
  answer: plain(ReferenceToken, 201),
  example: { description: 'nightly export', scopes: ['OR.Jobs.Read'], expiryTime: '2026-12-01T00:00:00Z' },
});

export const regenerateToken = operation({
  ...shared,
  id: 'ReferenceToken_Regenerate',
  method: 'PUT',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  summary: 'Gives a token another value and another end; scopes stay.',
  params,
  body: dto('RegenerateReferenceTokenCommand', {
    description: Text({ maxLength: 256 }),
    expiryTime: DateTime(),
  }),
  tells: 'audit',
  answer: token,
  example: {},
});

export const deleteToken = operation({
  ...shared,
  id: 'ReferenceToken_Delete',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken/{referenceTokenId}',
  summary: 'Takes a token back; it is refused within a second.',
  params,
  tells: 'audit',
  answer: nothing(),
});

export const deleteTokens = operation({
  ...shared,
  id: 'ReferenceToken_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken',
  summary: 'Takes tokens back; those that are not there are no error.',
  body: dto('BulkReferenceTokenDeleteCommand', { ids: List(Guid(), { required: true, max: 1000 }) }),
  tells: 'audit',
  answer: nothing(),
  example: { ids: [] },
});

export const revokeToken = operation({
  ...shared,
  // A token can also be used to take itself back.
  scope: null,
  id: 'ReferenceToken_Revoke',
  method: 'DELETE',
  path: '/identity/api/ReferenceToken/Revoke',
  summary: 'Takes a token back by its value.',
  body: dto('RevokeReferenceTokenCommand', { token: Text({ required: true, maxLength: 256 }) }),
  tells: 'audit',
  answer: nothing(),
  example: { token: 'rt_…' },
});
