// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { IdentityResult, SortOrder } from './shared.ts';

export interface UserInviteDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserInviteDto[] | null;
}

export interface UserInviteDto {
  readonly userId: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly displayName: string | null;
  readonly status: InvitationStatus | null;
  readonly expiryTime: string | null;
}

export const InvitationStatus = { none: 0, waiting: 1, sent: 2 } as const;
export type InvitationStatus = keyof typeof InvitationStatus;

export interface SendInvitationsCommand {
  readonly userIds: readonly string[];
}

export interface WithdrawInvitationsCommand {
  readonly userIds: readonly string[];
}

/** Who has not accepted their invitation yet. */
export const getInvitations: Operation<
  {
    readonly partitionGlobalId: string;
    readonly searchTerm?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  UserInviteDtoPagedResultDto
> = {
  id: 'UserInvite_GetInvitations',
  method: 'GET',
  path: '/identity/api/UserInvite/{partitionGlobalId}',
  query: ['searchTerm', 'top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/** Mails invitations, again too: a link that was sent before is no longer good. All or none. */
export const sendInvitations: Operation<
  { readonly partitionGlobalId: string; readonly body: SendInvitationsCommand },
  IdentityResult
> = {
  id: 'UserInvite_SendInvitations',
  method: 'POST',
  path: '/identity/api/UserInvite/{partitionGlobalId}',
  answer: 'plain',
};

/** Takes invitations back: their links are no longer good. Those that are not there are no error. */
export const withdrawInvitations: Operation<
  { readonly partitionGlobalId: string; readonly body: WithdrawInvitationsCommand },
  IdentityResult
> = {
  id: 'UserInvite_WithdrawInvitations',
  method: 'DELETE',
  path: '/identity/api/UserInvite/{partitionGlobalId}',
  answer: 'plain',
};
