import { Complex, DateTime, dto, Guid, Int64, List, Text } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';

const members = { id: Int64(), description: Text(), creationTime: DateTime(), expiryTime: DateTime() };
const ScimToken = dto('ScimTokenDto', members);
const NewScimToken = dto('NewScimTokenDto', { ...members, token: Text() });

const shared = { ...byAdministrators, tag: 'ScimToken', scope: 'PM.AuthSetting' } as const;

export const getScimTokens = operation({
  ...shared,
  id: 'ScimToken_GetAll',
  method: 'GET',
  path: '/identity/api/ScimToken/{partitionGlobalId}',
  summary: 'The tokens that directories keep users and groups with; what they are is not told again.',
  params: inOrganization,
  answer: plain(List(Complex(ScimToken))),
});

export const createScimToken = operation({
  ...shared,
  id: 'ScimToken_Create',
  method: 'POST',
  path: '/identity/api/ScimToken',
  summary: 'Makes a token for a directory (SCIM 2.0 at /identity/scim/v2); it is told only here.',
  body: dto('CreateScimTokenCommand', {
    partitionGlobalId: Guid({ required: true }),
    description: Text({ maxLength: 256 }),
    /** Without a value, it does not expire. */
    expiryTime: DateTime(),
  }),
  tells: 'audit',
  answer: plain(NewScimToken, 201),
  example: { partitionGlobalId: '00000000-0000-0000-0000-000000000000', description: 'Entra ID' },
});

export const deleteScimToken = operation({
  ...shared,
  id: 'ScimToken_Delete',
  method: 'DELETE',
  path: '/identity/api/ScimToken/{partitionGlobalId}/{tokenId}',
  summary: 'Takes a token back, at once.',
  params: { ...inOrganization, tokenId: Int64() },
  tells: 'audit',
  answer: nothing(),
});
