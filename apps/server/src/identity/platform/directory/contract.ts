import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  dto,
  Enum,
  Guid,
  Int32,
  Json,
  List,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { byEverybody, inOrganization } from '../declaration.ts';

/** Robot accounts cannot be resolved by name: real servers refuse the word. */
const DirectoryEntityType = enumeration('DirectoryEntityType', { user: 0, group: 1, application: 4 });

const Found = dto('DirectoryEntryDto', {
  source: Text(),
  identifier: Text(),
  identityName: NameText(),
  displayName: Text(),
  email: Text(),
  domain: Text(),
  type: Int32(),
  objectType: Text(),
});

const TooMany = dto('DirectoryFaultDto', { StatusCode: Int32(), StatusDescription: Text(), Message: Text() });
const FEW = { also: { 400: { text: 'More than are answered at once.', body: TooMany } } };

const Name = NameText({ maxLength: 256 });
/**
 * Studio's search and pickers, and scripts, ask this. It needs a sign-in but no scope of Platform Management.
 */
const shared = {
  ...byEverybody,
  tag: 'Directory',
  scope: null,
  access: 'Read',
  params: inOrganization,
} as const;

export const searchDirectory = operation({
  ...shared,
  id: 'Directory_Search',
  method: 'GET',
  path: '/identity/api/Directory/Search/{partitionGlobalId}',
  summary: 'Who and what in the directory has a name that begins so.',
  query: { startsWith: Name, sourceFilter: List(Name, { max: 20 }) },
  answer: plain(List(Complex(Found))),
});

export const resolve = operation({
  ...shared,
  id: 'Directory_Resolve',
  method: 'POST',
  path: '/identity/api/Directory/Resolve/{partitionGlobalId}',
  summary: 'The entry with an identifier.',
  body: dto('ResolveEntityCommand', { identifier: Text({ required: true, maxLength: 256 }) }),
  tells: { nothing: 'It only looks.' },
  answer: plain(Json()),
  example: { identifier: '00000000-0000-0000-0000-000000000001' },
});

export const resolveByName = operation({
  ...shared,
  id: 'Directory_ResolveByName',
  method: 'POST',
  path: '/identity/api/Directory/ResolveByName/{partitionGlobalId}',
  summary: 'The entry with a name.',
  body: dto('ResolveEntityByNameCommand', {
    entityName: NameText({ required: true, maxLength: 256 }),
    entityType: Enum(DirectoryEntityType, { description: 'Default: user.' }),
  }),
  tells: { nothing: 'It only looks.' },
  answer: plain(Json()),
  example: { entityName: 'jane.doe@example.com', entityType: 'user' },
});

export const bulkResolve = operation({
  ...shared,
  id: 'Directory_BulkResolve',
  method: 'POST',
  path: '/identity/api/Directory/BulkResolve/{partitionGlobalId}',
  summary: 'The entries with these identifiers, by identifier; null for those that are not there.',
  body: dto('BulkResolveCommand', { identifiers: List(Name, { required: true }) }),
  tells: { nothing: 'It only looks.' },
  answer: plain(Json(), 200, FEW),
  example: { identifiers: ['00000000-0000-0000-0000-000000000001'] },
});

export const bulkResolveByName = operation({
  ...shared,
  id: 'Directory_BulkResolveByName',
  method: 'POST',
  path: '/identity/api/Directory/BulkResolveByName/{partitionGlobalId}',
  summary: 'The entries with these names, by name; null for those that are not there.',
  body: dto('BulkResolveByNameCommand', {
    entityNames: List(Name, { required: true }),
    entityType: Enum(DirectoryEntityType, { description: 'Default: user.' }),
  }),
  tells: { nothing: 'It only looks.' },
  answer: plain(Json(), 200, FEW),
  example: { entityNames: ['jane.doe@example.com'], entityType: 'user' },
});

export const groupMembership = operation({
  ...shared,
  id: 'Directory_GroupMembership',
  method: 'POST',
  path: '/identity/api/Directory/GroupMembership/{partitionGlobalId}',
  summary: 'Which of some groups an entry is in.',
  body: dto('GroupMembershipCommand', {
    userIdentifier: Guid({ required: true }),
    groupIdentifiers: List(Guid(), { required: true, max: 1000 }),
  }),
  tells: { nothing: 'It only looks.' },
  answer: plain(List(Text())),
  example: { userIdentifier: '00000000-0000-0000-0000-000000000001', groupIdentifiers: [] },
});

export const directoryScopes = operation({
  ...shared,
  id: 'Directory_Scopes',
  method: 'GET',
  path: '/identity/api/Directory/Scopes/{partitionGlobalId}',
  summary: 'The domains of the directory.',
  answer: plain(List(Complex(dto('DirectoryScopeDto', { name: Text(), isDefault: Bool() })))),
});

export const groupMembers = operation({
  ...shared,
  id: 'Directory_TransitiveDirectoryGroupMembers',
  method: 'GET',
  path: '/identity/api/Directory/TransitiveDirectoryGroupMembers/{partitionGlobalId}/{groupId}',
  summary: 'Who is in a group.',
  params: { ...inOrganization, groupId: Guid() },
  answer: plain(List(Json())),
});
