import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { changing } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { forgetIdentities } from '../../../people/follow-identity.ts';
import { audited, recordMade } from '../audit/audited.ts';
import { robotAccounts } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { changeGroupsOf } from '../groups/members.ts';
import type { createRobotAccount, updateRobotAccount } from './contract.ts';
import { findRobotAccount } from './sql.ts';

export async function makeRobotAccount(
  ctx: Context,
  { body }: InputFor<typeof createRobotAccount>,
): Promise<AnswerFor<typeof createRobotAccount>> {
  const name = body.name.trim();
  const id = await changing(ctx, { robot_accounts_name: name }, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
        insert into robot_accounts (id, organization_id, name, display_name)
        values (coalesce(${body.id ?? null}::uuid, gen_random_uuid()), ${ctx.organization.id}, ${name},
                ${body.displayName ?? ''})
        returning id`);
    await putIntoGroups(tx, ctx, row!.id, { add: body.groupIDsToAdd });
    await recordMade(tx, actorOfCall(ctx), robotAccounts, [row!.id]);
    return row!.id;
  });
  return findRobotAccount(ctx.db, ctx.organization.id, id);
}

export async function changeRobotAccount(
  ctx: Context,
  { robotAccountId: id, body }: InputFor<typeof updateRobotAccount>,
): Promise<AnswerFor<typeof updateRobotAccount>> {
  await ctx.transaction(async (tx) => {
    const account = await tx.first<{ displayName: string }>(sql`
      select display_name as "displayName" from robot_accounts
       where organization_id = ${ctx.organization.id} and id = ${id} for no key update`);
    if (!account) throw notFound('Robot account');
    const displayName = body.displayName ?? account.displayName;
    await audited(tx, actorOfCall(ctx), { kind: robotAccounts, ids: [id] }, async () => {
      await tx.execute(sql`
        update robot_accounts set display_name = ${displayName}, modified_at = now() where id = ${id}`);
      await putIntoGroups(tx, ctx, id, { add: body.groupIDsToAdd, remove: body.groupIDsToRemove });
    });
  });
  return findRobotAccount(ctx.db, ctx.organization.id, id);
}

async function putIntoGroups(
  tx: Transaction,
  ctx: Context,
  id: string,
  change: Parameters<typeof changeGroupsOf>[3],
): Promise<void> {
  await changeGroupsOf(tx, ctx.organization.id, { kind: 'robot_account_id', id }, change);
  wake(tx, ctx, 'access');
}

export async function removeRobotAccounts(
  ctx: Context,
  ids: readonly string[],
  mustExist: boolean,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const accounts = await tx.query<{ id: string }>(sql`
      select id from robot_accounts
       where organization_id = ${ctx.organization.id} and id = any(${[...new Set(ids)]}::uuid[]) order by id
         for update`);
    if (mustExist && accounts.length === 0) throw notFound('Robot account');
    const found = accounts.map(({ id }) => id);
    await audited(tx, actorOfCall(ctx), { kind: robotAccounts, ids: found }, async () => {
      await forgetIdentities(tx, ctx.principal, found);
      await tx.execute(sql`delete from robot_accounts where id = any(${found}::uuid[])`);
    });
    wake(tx, ctx, 'access', 'jobs', 'robots');
  });
}
