import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { followPerson } from '../../../orchestrator/users/follow-identity.ts';
import { keepingAnAdministrator } from '../administrators.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { changeGroupsOf } from '../groups/members.ts';
import { resultOf } from '../identity-result.ts';
import { updateUser } from './contract.ts';
import { duplicateOf } from './create-users.ts';
import { replacePassword } from './password-rules.ts';
import { groupIdsOf, lockUser, type UserRow } from './sql.ts';

type Body = InputFor<typeof updateUser>['body'];

/** What is absent or null stays. */
export const changeUser = (ctx: Context, { userId, body }: InputFor<typeof updateUser>): Promise<unknown> =>
  resultOf(updateUser, ctx, () =>
    ctx.transaction(async (tx) => {
      await keepingAnAdministrator(tx, ctx.organization.id, () => change(tx, ctx, userId, body));
      tx.afterCommit(() => ctx.live.notify('access'));
    }),
  );

async function change(tx: Transaction, ctx: Context, userId: string, body: Body): Promise<void> {
  const organizationId = ctx.organization.id;
  const user = await lockUser(tx, organizationId, userId);
  const groupsBefore = await groupIdsOf(tx, userId);
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
  await tx
    .execute(sql`
      update identity_users set
        name = ${after.name}, surname = ${after.surname}, display_name = ${after.displayName},
          email = ${after.email},
        is_email_confirmed = is_email_confirmed and email is not distinct from ${after.email},
        is_active = ${after.isActive},
        bypasses_basic_auth_restriction = ${after.bypassBasicAuthRestriction},
        has_accepted_invitation = ${after.invitationAccepted},
          attributes = ${JSON.stringify(after.attributes)}::jsonb,
        modified_at = now()
       where id = ${userId}`)
    .catch((error: unknown) => {
      throw duplicateOf(error, user.userName, after.email) ?? error;
    });
  if (body.password) await replacePassword(tx, userId, body.password);
  await changeGroupsOf(
    tx,
    organizationId,
    { kind: 'user_id', id: userId },
    { add: body.groupIDsToAdd, remove: body.groupIDsToRemove },
  );
  await followPerson(tx, ctx.principal, userId);
  const { passwordHash: _, ...before } = user;
  await recordAudit(tx, actorOfCall(ctx), {
    category: 'User',
    action: body.password ? 'ResetPassword' : 'Update',
    target: userId,
    name: user.userName,
    before: { ...before, groupIDs: groupsBefore },
    after: { ...before, ...after, groupIDs: await groupIdsOf(tx, userId) },
  });
}

function attributesOf({ attributes }: UserRow, body: Body): Readonly<Record<string, string>> {
  const removed = new Set(body.extensionUserAttributesToRemove);
  const kept = Object.entries(attributes).filter(([name]) => !removed.has(name));
  return { ...Object.fromEntries(kept), ...body.extensionUserAttributesToAddOrUpdate };
}
