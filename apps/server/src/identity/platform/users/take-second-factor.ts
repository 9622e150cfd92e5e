import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { hasSecondFactor, removeSecondFactor } from '../../sign-in/second-factor.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import type { deleteSecondFactor } from './contract.ts';

export const takeSecondFactor = (
  ctx: Context,
  { userId }: InputFor<typeof deleteSecondFactor>,
): Promise<void> =>
  ctx.transaction(async (tx) => {
    const user = await tx.first<{ userName: string }>(sql`
      select user_name as "userName" from identity_users
       where organization_id = ${ctx.organization.id} and id = ${userId} for no key update`);
    if (!user) throw notFound('User');
    if (!(await hasSecondFactor(tx, userId))) throw notFound('Second factor');
    await removeSecondFactor(tx, userId);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'User',
      action: 'DisableSecondFactor',
      target: userId,
      name: user.userName,
    });
  });
