import { DateTime, dto, Guid, List, NameText } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, idsNamed, inOrganization } from '../declaration.ts';
import { pageOf, paging, searching, sorting } from '../paging.ts';

export const RobotAccount = dto('RobotAccountDto', {
  id: Guid(),
  name: NameText(),
  displayName: NameText(),
  creationTime: DateTime(),
  lastLoginTime: DateTime(),
  /** Spelled like this here; users have `groupIDs`. */
  groupIds: List(Guid()),
});

const DisplayName = NameText({ maxLength: 256 });
const Groups = List(Guid(), { max: 1000 });
const shared = { ...byAdministrators, tag: 'RobotAccount', scope: 'PM.RobotAccount' } as const;
const oneAccount = { ...inOrganization, robotAccountId: Guid() };

export const getRobotAccounts = operation({
  ...shared,
  id: 'RobotAccount_GetRobotAccounts',
  method: 'GET',
  path: '/identity/api/RobotAccount/{partitionGlobalId}',
  summary: 'Lists the accounts that robots run as.',
  params: inOrganization,
  query: { ...searching, ...paging, ...sorting },
  answer: plain(pageOf('RobotAccountDtoPagedResultDto', RobotAccount)),
});

export const getRobotAccount = operation({
  ...shared,
  id: 'RobotAccount_GetRobotAccount',
  method: 'GET',
  path: '/identity/api/RobotAccount/{partitionGlobalId}/{robotAccountId}',
  summary: 'One robot account.',
  params: oneAccount,
  answer: plain(RobotAccount),
});

export const createRobotAccount = operation({
  ...shared,
  id: 'RobotAccount_CreateRobotAccount',
  method: 'POST',
  path: '/identity/api/RobotAccount',
  summary: 'Makes a robot account.',
  body: dto('CreateRobotAccountCommand', {
    partitionGlobalId: Guid({ required: true }),
    /** The guide shows it, although the description does not. */
    id: Guid(),
    name: NameText({ required: true, maxLength: 256 }),
    displayName: DisplayName,
    groupIDsToAdd: Groups,
  }),
  tells: 'audit',
  answer: plain(RobotAccount, 201),
  example: {
    partitionGlobalId: '00000000-0000-0000-0000-000000000000',
    name: 'invoice-robot',
    displayName: 'Invoice robot',
    groupIDsToAdd: [],
  },
});

export const updateRobotAccount = operation({
  ...shared,
  id: 'RobotAccount_UpdateRobotAccount',
  method: 'PUT',
  path: '/identity/api/RobotAccount/{robotAccountId}',
  summary: 'Changes what a robot account is shown as, and its groups; its name stays.',
  params: { robotAccountId: Guid() },
  body: dto('UpdateRobotAccountCommand', {
    partitionGlobalId: Guid({ required: true }),
    displayName: DisplayName,
    groupIDsToAdd: Groups,
    groupIDsToRemove: Groups,
  }),
  tells: 'audit',
  answer: plain(RobotAccount),
  example: { partitionGlobalId: '00000000-0000-0000-0000-000000000000', displayName: 'Invoice robot 2' },
});

export const deleteRobotAccount = operation({
  ...shared,
  id: 'RobotAccount_Delete',
  method: 'DELETE',
  path: '/identity/api/RobotAccount/{partitionGlobalId}/{robotAccountId}',
  summary: 'Removes a robot account from the organization and all its tenants.',
  params: oneAccount,
  tells: 'audit',
  answer: nothing(),
});

export const deleteRobotAccounts = operation({
  ...shared,
  id: 'RobotAccount_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/RobotAccount/{partitionGlobalId}',
  summary: 'Removes robot accounts; those that are not there are no error.',
  params: inOrganization,
  body: idsNamed('BulkRobotAccountDeleteCommand', 'robotAccountIDs'),
  tells: 'audit',
  answer: nothing(),
  example: { robotAccountIDs: ['00000000-0000-0000-0000-000000000001'] },
});
