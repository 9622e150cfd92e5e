import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { refused } from '../identity-result.ts';
import type { forcePasswordChange } from './contract.ts';
import { lockUser } from './sql.ts';

/** Somebody who knows the password may also have an open session, so all of them end. */
export const demandPasswordChange = (
  ctx: Context,
  { userId }: InputFor<typeof forcePasswordChange>,
): Promise<void> =>
  ctx.transaction(async (tx) => {
    const { passwordHash } = await lockUser(tx, ctx.organization.id, userId);
    if (passwordHash === null) throw refused('UserHasNoPassword', 'The user has no password to change.');
    const change = { kind: people, ids: [userId], action: 'ForcePasswordChange' };
    await audited(tx, actorOfCall(ctx), change, () =>
      tx.execute(sql`
        update identity_users
           set must_change_password = true, session_stamp = session_stamp + 1, modified_at = now()
         where id = ${userId}`),
    );
  });
