import {
  Bool,
  Complex,
  DateTime,
  dto,
  Guid,
  Json,
  List,
  MapOf,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, byEverybody, inOrganization } from '../declaration.ts';
import { pageOf, paging, searching, sorting } from '../paging.ts';
import { User } from '../users/contract.ts';

export const Organization = dto('PartitionDto', {
  id: Guid(),
  name: Text(),
  displayName: Text(),
  creationTime: DateTime(),
  isActive: Bool(),
  language: Text(),
});

const settings = { tag: 'Partition', scope: 'PM.AuthSetting' } as const;

export const getOrganization = operation({
  ...byEverybody,
  id: 'Partition_Get',
  tag: 'Partition',
  method: 'GET',
  path: '/identity/api/Partition/{partitionGlobalId}',
  summary: 'The organization.',
  scope: null,
  params: inOrganization,
  answer: plain(Organization),
});

export const updateOrganization = operation({
  ...byAdministrators,
  ...settings,
  id: 'Partition_Update',
  method: 'PUT',
  path: '/identity/api/Partition/{partitionGlobalId}',
  summary:
    'Changes what the organization is shown as, and its language; its name stands in addresses and stays.',
  params: inOrganization,
  body: dto('UpdatePartitionCommand', {
    displayName: NameText({ maxLength: 128, minLength: 1 }),
    language: Text({
      maxLength: 16,
      pattern: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
      default: 'en',
      notCarriedOut: 'each person has a language, or else their browser',
    }),
  }),
  tells: 'audit',
  answer: plain(Organization),
  example: { displayName: 'Example Ltd', language: 'en' },
});

/** Entities as the directory shows them, like members of groups. */
const entities = plain(List(Json()));

export const getAccessPolicy = operation({
  ...byAdministrators,
  ...settings,
  id: 'PartitionAccessPolicy_Get',
  method: 'GET',
  path: '/identity/api/PartitionAccessPolicy/{partitionGlobalId}',
  summary: 'The users and groups that the organization lets in; where none is named, everybody.',
  params: inOrganization,
  answer: entities,
});

export const updateAccessPolicy = operation({
  ...byAdministrators,
  ...settings,
  id: 'PartitionAccessPolicy_Update',
  method: 'PUT',
  path: '/identity/api/PartitionAccessPolicy/{partitionGlobalId}',
  summary:
    'Adds users and groups that are let in and takes others out; nobody else signs in or uses a token, but administrators.',
  params: inOrganization,
  // The guide shows the answer but not the body. These names are ours.
  body: dto('UpdatePartitionAccessPolicyCommand', {
    entitiesToAdd: List(Json(), { max: 1000 }),
    entitiesToRemove: List(Json(), { max: 1000 }),
  }),
  tells: 'audit',
  answer: entities,
  example: { entitiesToAdd: [], entitiesToRemove: [] },
});

export const AuthenticationSetting = dto('AuthenticationSettingDto', {
  id: Guid(),
  partitionGlobalId: Guid(),
  authenticationSettingType: Text(),
  externalIdentityProviderDto: Json(),
  directoryConnectionDto: Json(),
  hostConnectionType: Text(),
});
export const SAML = 'Of saml2 all is kept and given back, and nobody signs in by it.';

const authenticationSetting = {
  partitionGlobalId: Guid({ required: true }),
  authenticationSettingType: Text({ required: true, maxLength: 64, description: SAML }),
  /** Its `clientSecret` is stored sealed and never given back. */
  externalIdentityProviderDto: MapOf(Json()),
  directoryConnectionDto: MapOf(Json(), {
    notCarriedOut: 'directories write by SCIM, and none is asked',
  }),
};
const example = {
  partitionGlobalId: '00000000-0000-0000-0000-000000000000',
  authenticationSettingType: 'aad',
  externalIdentityProviderDto: {
    displayName: 'Entra ID',
    authority: 'https://login.example.com/',
    clientId: 'baton',
    clientSecret: 'a secret',
    isActive: true,
  },
};
const authentication = { ...byAdministrators, ...settings, tag: 'AuthenticationSetting' } as const;

export const getAuthenticationSettings = operation({
  ...authentication,
  id: 'AuthenticationSetting_GetAll',
  method: 'GET',
  path: '/identity/api/AuthenticationSetting/getAll/{partitionGlobalId}',
  summary: 'The ways of signing in that are set up, by their type.',
  params: inOrganization,
  answer: plain(MapOf(Complex(AuthenticationSetting))),
});

export const getAuthenticationSetting = operation({
  ...authentication,
  id: 'AuthenticationSetting_Get',
  method: 'GET',
  path: '/identity/api/AuthenticationSetting/{id}',
  summary: 'One way of signing in.',
  params: { id: Guid() },
  answer: plain(AuthenticationSetting),
});

export const createAuthenticationSetting = operation({
  ...authentication,
  id: 'AuthenticationSetting_Create',
  method: 'POST',
  path: '/identity/api/AuthenticationSetting',
  summary: 'Sets up a way of signing in.',
  body: dto('CreateAuthenticationSettingCommand', authenticationSetting),
  tells: 'audit',
  answer: plain(AuthenticationSetting),
  example,
});

export const updateAuthenticationSetting = operation({
  ...authentication,
  id: 'AuthenticationSetting_Update',
  method: 'PUT',
  path: '/identity/api/AuthenticationSetting',
  summary: 'Changes a way of signing in; without a client secret the one it has stays.',
  body: dto('UpdateAuthenticationSettingCommand', { ...authenticationSetting, id: Guid() }),
  tells: 'audit',
  answer: plain(AuthenticationSetting),
  example,
});

export const deleteAuthenticationSetting = operation({
  ...authentication,
  id: 'AuthenticationSetting_Delete',
  method: 'DELETE',
  path: '/identity/api/AuthenticationSetting/{id}',
  summary: 'Removes a way of signing in.',
  params: { id: Guid() },
  tells: 'audit',
  answer: nothing(),
});

const Language = dto('LanguageDto', { code: Text(), displayName: Text() });

export const getLanguages = operation({
  ...byEverybody,
  id: 'Language_Get',
  tag: 'Language',
  method: 'GET',
  path: '/identity/api/Language',
  summary: 'Languages that people may choose.',
  scope: null,
  callers: ['user', 'app', 'anonymous'],
  answer: plain(List(Complex(Language))),
});

const partitions = { tag: 'UserPartition', scope: 'PM.User' } as const;

/** Clients of standalone servers list users with this. */
export const getUserPartitionUsers = operation({
  ...byAdministrators,
  ...partitions,
  id: 'UserPartition_GetUsers',
  method: 'GET',
  path: '/identity/api/UserPartition/users/{partitionGlobalId}',
  summary: 'Lists the users of the organization.',
  params: inOrganization,
  query: { ...searching, ...paging, ...sorting },
  answer: plain(pageOf('UserPartitionDtoPagedResultDto', User)),
});

export const getPartitionsOfUser = operation({
  ...byEverybody,
  ...partitions,
  id: 'UserPartition_GetPartitions',
  method: 'GET',
  path: '/identity/api/UserPartition/partitions/{userId}',
  summary: 'The organizations a user is in: one.',
  params: { userId: Guid() },
  answer: plain(List(Complex(Organization))),
});

export const getProfile = operation({
  ...byEverybody,
  id: 'Account_Profile',
  tag: 'Account',
  method: 'GET',
  path: '/identity/api/Account/Profile',
  summary: 'Who calls.',
  scope: null,
  callers: ['user'],
  answer: plain(
    dto('ProfileDto', {
      partitionName: Text(),
      partitionGlobalId: Guid(),
      userName: Text(),
      name: Text(),
      isAdmin: Bool(),
      fullName: Text(),
    }),
  ),
});

export const checkSession = operation({
  ...byEverybody,
  id: 'CheckSession_Get',
  tag: 'Account',
  method: 'GET',
  path: '/identity/api/CheckSession',
  summary: "Answers while the caller's sign-in is good, and 401 after.",
  scope: null,
  callers: ['user'],
  answer: nothing(200),
});

export const getLiveness = operation({
  ...byEverybody,
  id: 'Liveness_Get',
  tag: 'Liveness',
  method: 'GET',
  path: '/identity/api/Liveness',
  summary: 'Answers when the server does.',
  scope: null,
  callers: ['anonymous'],
  answer: nothing(200),
});
