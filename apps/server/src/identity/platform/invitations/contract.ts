import { enumeration } from '../../../kernel/contract/enumeration.ts';
import { DateTime, dto, Enum, Guid, NameText } from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, idsNamed, inOrganization } from '../declaration.ts';
import { IdentityResult, RULES_BROKEN } from '../identity-result.ts';
import { pageOf, paging, searching, sorting } from '../paging.ts';

export const InvitationStatus = enumeration('InvitationStatus', {
  /** It has no good link: none was sent, or it has expired or was taken back. */
  none: 0,
  /** Its mail waits for the mail server. */
  waiting: 1,
  sent: 2,
});

export const Invitation = dto('UserInviteDto', {
  userId: Guid(),
  userName: NameText(),
  email: NameText(),
  displayName: NameText(),
  status: Enum(InvitationStatus),
  /** Of the link that was sent. */
  expiryTime: DateTime(),
});

const shared = {
  ...byAdministrators,
  tag: 'UserInvite',
  scope: 'PM.User',
  path: '/identity/api/UserInvite/{partitionGlobalId}',
  params: inOrganization,
} as const;

const example = { userIds: ['00000000-0000-0000-0000-000000000001'] };

export const getInvitations = operation({
  ...shared,
  id: 'UserInvite_GetInvitations',
  method: 'GET',
  summary: 'Who has not accepted their invitation yet.',
  query: { ...searching, ...paging, ...sorting },
  answer: plain(pageOf('UserInviteDtoPagedResultDto', Invitation)),
});

export const sendInvitations = operation({
  ...shared,
  id: 'UserInvite_SendInvitations',
  method: 'POST',
  summary: 'Mails invitations, again too: a link that was sent before is no longer good. All or none.',
  body: idsNamed('SendInvitationsCommand', 'userIds'),
  tells: 'audit',
  answer: plain(IdentityResult, 200, RULES_BROKEN),
  example,
});

export const withdrawInvitations = operation({
  ...shared,
  id: 'UserInvite_WithdrawInvitations',
  method: 'DELETE',
  summary: 'Takes invitations back: their links are no longer good. Those that are not there are no error.',
  body: idsNamed('WithdrawInvitationsCommand', 'userIds'),
  tells: 'audit',
  answer: plain(IdentityResult, 200, RULES_BROKEN),
  example,
});
