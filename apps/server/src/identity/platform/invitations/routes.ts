import { containing, oneIsLike } from '@baton/odata/like';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { SHOWN_AS } from '../../users/users.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { refused, resultOf } from '../identity-result.ts';
import { inWords, page } from '../paging.ts';
import { UserType } from '../users/contract.ts';
import {
  getInvitations,
  Invitation,
  InvitationStatus,
  sendInvitations,
  withdrawInvitations,
} from './contract.ts';
import { forgetInvitation, invite } from './invite.ts';

export const invitationsRoutes: readonly Route[] = [
  handle(getInvitations, listInvitations),
  handle(sendInvitations, sendAgain),
  handle(withdrawInvitations, takeBack),
];

function listInvitations(
  ctx: Context,
  { searchTerm, ...query }: InputFor<typeof getInvitations>,
): Promise<AnswerFor<typeof getInvitations>> {
  return page(ctx.db, query, {
    of: Invitation,
    columns: {
      userName: inWords('r."userName"'),
      email: inWords('r.email'),
      status: 'r.status',
      expiryTime: 'r."expiryTime"',
    },
    rows: sql`
      select u.id, u.id as "userId", u.user_name as "userName", u.email,
             ${SHOWN_AS} as "displayName",
             case when m.id is not null then ${InvitationStatus.waiting}::int
                  when l.expires_at is not null then ${InvitationStatus.sent}::int
                  else ${InvitationStatus.none}::int end as status,
             l.expires_at as "expiryTime"
        from identity_users u
        left join mails m on m.user_id = u.id and m.message = 'UserInvitation'
        left join password_resets l
               on l.user_id = u.id and l.is_invitation and l.expires_at > ${new Date(ctx.now()).toISOString()}
       where u.organization_id = ${ctx.organization.id} and not u.has_accepted_invitation and u.email is not null
         and ${oneIsLike([sql`u.user_name`, sql`u.email`], containing(searchTerm ?? ''))}`,
  });
}

interface Invitee {
  readonly id: string;
  readonly userName: string;
  readonly email: string | null;
  readonly type: number;
  readonly isActive: boolean;
  readonly hasAccepted: boolean;
}

/** In the order of ids, so that two calls which invite the same people wait for each other. */
const lockInvitees = (tx: Transaction, ctx: Context, ids: readonly string[]): Promise<Invitee[]> =>
  tx.query<Invitee>(sql`
    select id, user_name as "userName", email, type, is_active as "isActive",
           has_accepted_invitation as "hasAccepted"
      from identity_users
     where organization_id = ${ctx.organization.id} and id = any(${[...ids]}::uuid[])
     order by id for no key update`);

function sendAgain(
  ctx: Context,
  { body }: InputFor<typeof sendInvitations>,
): Promise<AnswerFor<typeof sendInvitations>> {
  return resultOf(sendInvitations, ctx, () =>
    ctx.transaction(async (tx) => {
      const people = await lockInvitees(tx, ctx, body.userIds);
      const unknown = body.userIds.find((id) => !people.some((person) => person.id === id));
      if (unknown !== undefined) throw refused('UserNotFound', `There is no user ${unknown}.`);
      for (const person of people) {
        const reason = whyNot(person);
        if (reason !== undefined) throw refused('CannotInvite', `'${person.userName}' ${reason}.`);
        const wasSent = await forgetInvitation(tx, person.id);
        await invite(tx, { organizationId: ctx.organization.id, userId: person.id });
        const [before, after] = wasSent ? ['sent', 'sent again'] : ['none', 'sent'];
        await record(tx, ctx, 'Invite', person, before!, after!);
      }
    }),
  );
}

function whyNot({ email, type, isActive, hasAccepted }: Invitee): string | undefined {
  if (hasAccepted) return 'has accepted the invitation';
  if (!isActive) return 'is disabled';
  if (type !== UserType.user) return 'comes from an outside directory';
  return email === null ? 'has no e-mail address' : undefined;
}

function takeBack(
  ctx: Context,
  { body }: InputFor<typeof withdrawInvitations>,
): Promise<AnswerFor<typeof withdrawInvitations>> {
  return resultOf(withdrawInvitations, ctx, () =>
    ctx.transaction(async (tx) => {
      for (const person of await lockInvitees(tx, ctx, body.userIds))
        if (await forgetInvitation(tx, person.id))
          await record(tx, ctx, 'WithdrawInvitation', person, 'sent', 'none');
    }),
  );
}

const record = (
  tx: Transaction,
  ctx: Context,
  action: string,
  { id, userName }: Invitee,
  before: string,
  after: string,
): Promise<void> =>
  recordAudit(tx, actorOfCall(ctx), {
    category: 'User',
    action,
    target: id,
    name: userName,
    before: { invitation: before },
    after: { invitation: after },
  });
