import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int64,
  List,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, byEverybody, inOrganization } from '../declaration.ts';

/** For a person that is signed in, or for the application itself. */
export const ScopeType = enumeration('ScopeType', { user: 0, application: 1 });

const Scope = dto('ExternalApiScopeDto', {
  name: NameText(),
  displayName: NameText(),
  description: Text(),
  type: Enum(ScopeType, { numbered: true }),
});
export const ExternalApiResource = dto('ExternalApiResourceDto', {
  name: NameText(),
  displayName: NameText(),
  description: Text(),
  scopes: List(Complex(Scope)),
});
export const Secret = dto('ExternalClientSecretDto', {
  id: Int64(),
  description: Text(),
  /** Shown when it is made, and null ever after. */
  secret: Text(),
  creationTime: DateTime(),
  expiryTime: DateTime(),
});
export const ExternalClient = dto('ExternalClientDto', {
  name: NameText(),
  /** The client id. */
  id: Guid(),
  secret: Text(),
  isConfidential: Bool(),
  /** Several, separated by commas. */
  redirectUri: Text(),
  resources: List(Complex(ExternalApiResource)),
  secrets: List(Complex(Secret)),
});

const wantedScopes = List(
  Complex(
    dto('ExternalClientScope', { name: NameText({ required: true, maxLength: 128 }), type: Enum(ScopeType) }),
  ),
  { max: 500 },
);
const changeable = {
  partitionGlobalId: Guid({ required: true }),
  name: NameText({ required: true, maxLength: 256 }),
  redirectUri: Text({ maxLength: 8192 }),
  scopes: wantedScopes,
};

const shared = { ...byAdministrators, tag: 'ExternalClient', scope: 'PM.OAuthApp' } as const;
const oneClient = { ...inOrganization, clientId: Guid() };
const example = {
  partitionGlobalId: '00000000-0000-0000-0000-000000000000',
  name: 'Invoice portal',
  redirectUri: 'https://invoices.example.com/callback',
  scopes: [
    { name: 'OR.Jobs', type: 'application' },
    { name: 'OR.Queues', type: 'user' },
  ],
};

export const getApiResources = operation({
  ...byEverybody,
  id: 'ExternalApiResource_Get',
  tag: 'ExternalClient',
  method: 'GET',
  path: '/identity/api/ExternalApiResource',
  summary: 'What applications can be given access to.',
  scope: null,
  answer: plain(List(Complex(ExternalApiResource))),
});

export const getClients = operation({
  ...shared,
  id: 'ExternalClient_GetAll',
  method: 'GET',
  path: '/identity/api/ExternalClient/{partitionGlobalId}',
  summary: 'Lists the external applications.',
  params: inOrganization,
  answer: plain(List(Complex(ExternalClient))),
});

export const getClient = operation({
  ...shared,
  id: 'ExternalClient_Get',
  method: 'GET',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  summary: 'One external application.',
  params: oneClient,
  answer: plain(ExternalClient),
});

export const createClient = operation({
  ...shared,
  id: 'ExternalClient_Create',
  method: 'POST',
  path: '/identity/api/ExternalClient',
  summary: 'Makes an external application; its secret is told here and never again.',
  body: dto('CreateExternalClientCommand', { ...changeable, isConfidential: Bool() }),
  tells: 'audit',
  answer: plain(ExternalClient, 201),
  example: { ...example, isConfidential: true },
});

export const updateClient = operation({
  ...shared,
  id: 'ExternalClient_Update',
  method: 'PUT',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  summary: 'Changes an external application; the scopes given replace those it had.',
  params: oneClient,
  body: dto('UpdateExternalClientCommand', { ...changeable, partitionGlobalId: Guid() }),
  tells: 'audit',
  answer: plain(ExternalClient),
  example,
});

export const deleteClient = operation({
  ...shared,
  id: 'ExternalClient_Delete',
  method: 'DELETE',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  summary: 'Removes an external application; its tokens end within a second.',
  params: oneClient,
  tells: 'audit',
  answer: nothing(),
});

export const generateSecret = operation({
  ...shared,
  id: 'ExternalClient_GenerateSecret',
  method: 'POST',
  path: '/identity/api/ExternalClient/GenerateSecret',
  summary: 'Adds a secret; those before stay good.',
  body: dto('GenerateSecretCommand', {
    partitionGlobalId: Guid({ required: true }),
    clientId: Guid({ required: true }),
    description: Text({ maxLength: 256 }),
    expiryTime: DateTime(),
  }),
  tells: 'audit',
  answer: plain(Secret),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    clientId: '00000000-0000-0000-0000-000000000001',
    description: 'for the night run',
  },
});

/** Older builds ask for it this way. */
export const generateSecretByGet = operation({
  ...shared,
  id: 'ExternalClient_GenerateSecretByGet',
  method: 'GET',
  access: 'Write',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}/GenerateSecret',
  summary: 'Adds a secret; those before stay good.',
  params: oneClient,
  tells: 'audit',
  answer: plain(Secret),
});

export const deleteSecret = operation({
  ...shared,
  id: 'ExternalClient_DeleteSecret',
  method: 'DELETE',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/secrets/{secretId}',
  summary: 'Takes a secret back.',
  params: { ...inOrganization, secretId: Int64() },
  tells: 'audit',
  answer: nothing(),
});
