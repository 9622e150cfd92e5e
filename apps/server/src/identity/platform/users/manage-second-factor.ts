import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import {
  describeSecondFactor,
  hasSecondFactor,
  removeSecondFactor,
  type SecondFactor,
} from '../../sign-in/second-factor.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import type { deleteSecondFactor, getSecondFactor } from './contract.ts';

export async function tellSecondFactor(
  ctx: Context,
  { userId }: InputFor<typeof getSecondFactor>,
): Promise<SecondFactor> {
  requireSelfOrAdministrator(ctx, userId);
  const isHere = await ctx.db.first(sql`
    select from identity_users where organization_id = ${ctx.organization.id} and id = ${userId}`);
  if (!isHere) throw notFound('User');
  return describeSecondFactor(ctx.db, userId);
}

/**
 * Somebody who has found the device that shows the codes may have found an open session on it, so all
 * of them end.
 */
export const takeSecondFactor = (
  ctx: Context,
  { userId }: InputFor<typeof deleteSecondFactor>,
): Promise<void> =>
  ctx.transaction(async (tx) => {
    const user = await tx.first(sql`
      select from identity_users where organization_id = ${ctx.organization.id} and id = ${userId} for no key update`);
    if (!user) throw notFound('User');
    if (!(await hasSecondFactor(tx, userId))) throw notFound('Second factor');
    await audited(
      tx,
      actorOfCall(ctx),
      { kind: people, ids: [userId], action: 'DisableSecondFactor' },
      async () => {
        await removeSecondFactor(tx, userId);
        await tx.execute(
          sql`update identity_users set session_stamp = session_stamp + 1 where id = ${userId}`,
        );
      },
    );
  });
