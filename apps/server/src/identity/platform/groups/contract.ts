import { enumeration } from '../../../kernel/contract/enumeration.ts';
import { Complex, DateTime, dto, Enum, Guid, Json, List, NameText } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, idsNamed, inOrganization } from '../declaration.ts';

const GroupType = enumeration('GroupType', { builtIn: 0, custom: 1 });

export const Group = dto('GroupDto', {
  id: Guid(),
  name: NameText(),
  displayName: NameText(),
  // By name, as described. One existing client is said to read a number here; `numbered` would answer that.
  type: Enum(GroupType, { numbered: true }),
  creationTime: DateTime(),
  lastModificationTime: DateTime(),
  /** One of several shapes, distinguished by `objectType`. Empty in lists. */
  members: List(Json()),
});

/** Clients must not interpret identifiers. Those of this directory are the bare ids. */
const Members = List(Guid(), { max: 10_000 });
const Name = NameText({ maxLength: 256 });

const shared = { ...byAdministrators, tag: 'Group', scope: 'PM.Group' } as const;
const oneGroup = { ...inOrganization, groupId: Guid() };

export const getGroups = operation({
  ...shared,
  id: 'Group_GetGroups',
  method: 'GET',
  path: '/identity/api/Group/{partitionGlobalId}',
  summary: 'The groups of the organization, without their members.',
  params: inOrganization,
  answer: plain(List(Complex(Group))),
});

export const getGroup = operation({
  ...shared,
  id: 'Group_GetGroup',
  method: 'GET',
  path: '/identity/api/Group/{partitionGlobalId}/{groupId}',
  summary: 'One group, with its members.',
  params: oneGroup,
  answer: plain(Group),
});

export const createGroup = operation({
  ...shared,
  id: 'Group_CreateGroup',
  method: 'POST',
  path: '/identity/api/Group',
  summary: 'Makes a group.',
  body: dto('CreateGroupCommand', {
    partitionGlobalId: Guid({ required: true }),
    id: Guid(),
    name: NameText({ required: true, maxLength: 256 }),
    directoryUserMemberIDs: Members,
  }),
  tells: 'audit',
  answer: plain(Group, 201),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    name: 'Invoices',
    directoryUserMemberIDs: [],
  },
});

export const updateGroup = operation({
  ...shared,
  id: 'Group_UpdateGroup',
  method: 'PUT',
  path: '/identity/api/Group/{groupId}',
  summary: 'Renames a group, adds members and takes others out.',
  params: { groupId: Guid() },
  body: dto('UpdateGroupCommand', {
    partitionGlobalId: Guid({ required: true }),
    name: Name,
    directoryUserIDsToAdd: Members,
    directoryUserIDsToRemove: Members,
  }),
  tells: 'audit',
  answer: plain(Group),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    name: 'Invoices',
    directoryUserIDsToAdd: [],
    directoryUserIDsToRemove: [],
  },
});

export const deleteGroup = operation({
  ...shared,
  id: 'Group_Delete',
  method: 'DELETE',
  path: '/identity/api/Group/{partitionGlobalId}/{groupId}',
  summary: 'Removes a group; the built-in ones stay.',
  params: oneGroup,
  tells: 'audit',
  answer: nothing(),
});

export const deleteGroups = operation({
  ...shared,
  id: 'Group_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/Group/{partitionGlobalId}',
  summary: 'Removes groups; those that are not there are no error.',
  params: inOrganization,
  body: idsNamed('BulkGroupDeleteCommand', 'groupIDs'),
  tells: 'audit',
  answer: nothing(),
  example: { groupIDs: ['00000000-0000-0000-0000-000000000001'] },
});
