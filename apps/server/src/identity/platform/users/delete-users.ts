import sql from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { forgetIdentities } from '../../../orchestrator/users/follow-identity.ts';
import { keepingAnAdministrator } from '../administrators.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';

/**
 * The row itself goes, with tokens, memberships and settings: its name and address are free again. What was
 * done stays in the audit.
 */
export async function removeUsers(ctx: Context, ids: readonly string[], mustExist: boolean): Promise<void> {
  await ctx.transaction(async (tx) => {
    const removed = await keepingAnAdministrator(tx, ctx.organization.id, () =>
      remove(tx, ctx, [...new Set(ids)]),
    );
    if (mustExist && removed === 0) throw notFound('User');
    tx.afterCommit(() => {
      ctx.live.notify('access');
      ctx.live.notify('robots');
    });
  });
}

async function remove(tx: Transaction, ctx: Context, ids: readonly string[]): Promise<number> {
  const users = await tx.query<{ id: string; userName: string; email: string | null }>(sql`
    select id, user_name as "userName", email from identity_users
     where organization_id = ${ctx.organization.id} and id = any(${ids}::uuid[]) order by id for update`);
  await forgetIdentities(
    tx,
    ctx.principal,
    users.map(({ id }) => id),
  );
  for (const { id, ...before } of users) {
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'User',
      action: 'Delete',
      target: id,
      name: before.userName,
      before,
    });
  }
  return tx.execute(sql`delete from identity_users where id = any(${users.map(({ id }) => id)}::uuid[])`);
}
