import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { naming } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { followPerson } from '../../../people/follow-identity.ts';
import { keepingAnAdministrator } from '../administrators.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { changeGroupsOf } from '../groups/members.ts';
import { resultOf } from '../identity-result.ts';
import { forgetInvitation } from '../invitations/invite.ts';
import { updateUser } from './contract.ts';
import { taken } from './create-users.ts';
import { replacePassword } from './password-rules.ts';
import { lockUser, type UserRow } from './sql.ts';

type Body = InputFor<typeof updateUser>['body'];

/** A member that is absent or null stays as it is. */
export const changeUser = (
  ctx: Context,
  { userId, body }: InputFor<typeof updateUser>,
): Promise<AnswerFor<typeof updateUser>> =>
  resultOf(updateUser, ctx, () =>
    ctx.transaction(async (tx) => {
      await keepingAnAdministrator(tx, ctx.organization.id, () => change(tx, ctx, userId, body));
      wake(tx, ctx, 'access');
    }),
  );

async function change(tx: Transaction, ctx: Context, userId: string, body: Body): Promise<void> {
  const user = await lockUser(tx, ctx.organization.id, userId);
  const action = body.password ? 'ResetPassword' : 'Update';
  await audited(tx, actorOfCall(ctx), { kind: people, ids: [userId], action }, () =>
    write(tx, ctx, user, body),
  );
}

async function write(tx: Transaction, ctx: Context, user: UserRow, body: Body): Promise<void> {
  const { id: userId } = user;
  const after = {
    name: body.name ?? user.name,
    surname: body.surname ?? user.surname,
    displayName: body.displayName ?? user.displayName,
    email: body.email == null ? user.email : body.email.trim() || null,
    isActive: body.isActive ?? user.isActive,
    bypassBasicAuthRestriction: body.bypassBasicAuthRestriction ?? user.bypassBasicAuthRestriction,
    invitationAccepted: body.invitationAccepted ?? user.invitationAccepted,
    attributes: attributesOf(user, body),
  };
  await naming(taken(user.userName, after.email), () =>
    tx.execute(sql`
      update identity_users set
        name = ${after.name}, surname = ${after.surname}, display_name = ${after.displayName},
        email = ${after.email},
        is_email_confirmed = is_email_confirmed and email is not distinct from ${after.email},
        is_active = ${after.isActive},
        bypasses_basic_auth_restriction = ${after.bypassBasicAuthRestriction},
        has_accepted_invitation = ${after.invitationAccepted},
        attributes = ${JSON.stringify(after.attributes)}::jsonb,
        modified_at = now()
       where id = ${userId}`),
  );
  const given = ctx.principal.subject !== userId;
  if (body.password) await replacePassword(tx, userId, body.password, { given });
  if (after.invitationAccepted) await forgetInvitation(tx, userId);
  await changeGroupsOf(
    tx,
    ctx.organization.id,
    { kind: 'user_id', id: userId },
    { add: body.groupIDsToAdd, remove: body.groupIDsToRemove },
  );
  await followPerson(tx, ctx.principal, userId);
}

function attributesOf({ attributes }: UserRow, body: Body): Readonly<Record<string, string>> {
  const removed = new Set(body.extensionUserAttributesToRemove);
  const kept = Object.entries(attributes).filter(([name]) => !removed.has(name));
  return { ...Object.fromEntries(kept), ...body.extensionUserAttributesToAddOrUpdate };
}
