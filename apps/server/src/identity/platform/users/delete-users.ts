import sql from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { forgetIdentities } from '../../../people/follow-identity.ts';
import { keepingAnAdministrator } from '../administrators.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';

/**
 * The row itself is deleted, with tokens, memberships and settings, so its name and address are free again.
 * The person's actions stay in the audit.
 */
export async function removeUsers(ctx: Context, ids: readonly string[], mustExist: boolean): Promise<void> {
  await ctx.transaction(async (tx) => {
    const removed = await keepingAnAdministrator(tx, ctx.organization.id, () =>
      remove(tx, ctx, [...new Set(ids)]),
    );
    if (mustExist && removed === 0) throw notFound('User');
    wake(tx, ctx, 'access', 'robots');
  });
}

async function remove(tx: Transaction, ctx: Context, wanted: readonly string[]): Promise<number> {
  const users = await tx.query<{ id: string }>(sql`
    select id from identity_users
     where organization_id = ${ctx.organization.id} and id = any(${wanted}::uuid[]) order by id for update`);
  const ids = users.map(({ id }) => id);
  return audited(tx, actorOfCall(ctx), { kind: people, ids }, async () => {
    await forgetIdentities(tx, ctx.principal, ids);
    return tx.execute(sql`delete from identity_users where id = any(${ids}::uuid[])`);
  });
}
