import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { changing } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { badRequest, CODE, invalid } from '../../../kernel/errors.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { followName, forgetIdentities } from '../../../people/follow-identity.ts';
import { keepingAnAdministrator } from '../administrators.ts';
import { audited, recordMade } from '../audit/audited.ts';
import { groups as groupKind } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import type { createGroup, updateGroup } from './contract.ts';
import { findGroup, type GroupRow, lockGroup } from './sql.ts';

export async function makeGroup(
  ctx: Context,
  { body }: InputFor<typeof createGroup>,
): Promise<AnswerFor<typeof createGroup>> {
  const name = body.name.trim();
  const id = await inTransaction(ctx, name, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
      insert into identity_groups (id, organization_id, name)
      values (coalesce(${body.id ?? null}::uuid, gen_random_uuid()), ${ctx.organization.id}, ${name})
        returning id`);
    await addMembers(tx, ctx, row!.id, body.directoryUserMemberIDs ?? [], 'directoryUserMemberIDs');
    await recordMade(tx, actorOfCall(ctx), groupKind, [row!.id]);
    return row!.id;
  });
  return findGroup(ctx.db, ctx.organization.id, id);
}

/**
 * Members to add and to remove. Adding a member again, or removing one that is not there, is no error. Null
 * keeps the name.
 */
export async function changeGroup(
  ctx: Context,
  { groupId, body }: InputFor<typeof updateGroup>,
): Promise<AnswerFor<typeof updateGroup>> {
  const name = body.name?.trim() || undefined;
  await inTransaction(ctx, name ?? '', (tx) =>
    keepingAnAdministrator(tx, ctx.organization.id, async () => {
      const group = await lockGroup(tx, ctx.organization.id, groupId);
      await audited(tx, actorOfCall(ctx), { kind: groupKind, ids: [groupId] }, async () => {
        if (name !== undefined && name !== group.name) await rename(tx, ctx, group, name);
        await addMembers(tx, ctx, groupId, body.directoryUserIDsToAdd ?? [], 'directoryUserIDsToAdd');
        await removeMembers(tx, group, body.directoryUserIDsToRemove ?? []);
        await tx.execute(sql`update identity_groups set modified_at = now() where id = ${groupId}`);
      });
    }),
  );
  return findGroup(ctx.db, ctx.organization.id, groupId);
}

async function rename(tx: Transaction, ctx: Context, { id, builtIn }: GroupRow, name: string): Promise<void> {
  if (builtIn) throw badRequest(CODE.ForbiddenOperation, 'A built-in group cannot be renamed.');
  await tx.execute(sql`update identity_groups set name = ${name} where id = ${id}`);
  await followName(tx, ctx.principal, id, name);
}

/**
 * People, robot accounts and applications of the organization. Groups of an outside directory could be
 * members too, but there is none.
 */
async function addMembers(
  tx: Transaction,
  ctx: Context,
  groupId: string,
  ids: readonly string[],
  field: string,
): Promise<void> {
  const wanted = [...new Set(ids)];
  const organizationId = ctx.organization.id;
  // They are locked as they are found, so nobody who is being deleted can join.
  const users = await tx.query<{ id: string }>(sql`
    select id from identity_users where organization_id = ${organizationId} and id = any(${wanted}::uuid[])
      for key share`);
  const robots = await tx.query<{ id: string }>(sql`
    select id from robot_accounts where organization_id = ${organizationId} and id = any(${wanted}::uuid[])
      for key share`);
  const clients = await tx.query<{ id: string }>(sql`
    select client_id as id from external_apps
     where organization_id = ${organizationId} and client_id = any(${wanted}::uuid[]) for key share`);
  const known = new Set([...users, ...robots, ...clients].map(({ id }) => id));
  const unknown = wanted.findIndex((id) => !known.has(id));
  if (unknown >= 0) throw invalid(`${field}[${unknown}]`, 'does not exist in the directory');
  await tx.execute(sql`
    insert into identity_group_members (group_id, user_id, robot_account_id, client_id)
    select ${groupId}::uuid, id, null::uuid, null::uuid from unnest(${idsOf(users)}::uuid[]) id
    union all select ${groupId}, null, id, null from unnest(${idsOf(robots)}::uuid[]) id
    union all select ${groupId}, null, null, id from unnest(${idsOf(clients)}::uuid[]) id
    on conflict do nothing`);
}

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

async function removeMembers(
  tx: Transaction,
  { id, builtIn }: GroupRow,
  ids: readonly string[],
): Promise<void> {
  if (builtIn === 'Everyone' && ids.length > 0)
    throw badRequest(CODE.ForbiddenOperation, 'Everybody is in Everyone.');
  await tx.execute(sql`
    delete from identity_group_members where group_id = ${id} and member_id = any(${[...ids]}::uuid[])`);
}

export async function removeGroups(ctx: Context, ids: readonly string[], mustExist: boolean): Promise<void> {
  await inTransaction(ctx, '', (tx) =>
    keepingAnAdministrator(tx, ctx.organization.id, async () => {
      if (mustExist) await lockGroup(tx, ctx.organization.id, ids[0]!);
      const groups = await tx.query<GroupRow>(sql`
        select id, name, built_in as "builtIn" from identity_groups
         where organization_id = ${ctx.organization.id} and id = any(${[...new Set(ids)]}::uuid[]) order by id
           for update`);
      const builtIn = groups.find((group) => group.builtIn);
      if (builtIn)
        throw badRequest(
          CODE.ForbiddenOperation,
          `The group ${builtIn.name} is built in and cannot be deleted.`,
        );
      const found = groups.map(({ id }) => id);
      await audited(tx, actorOfCall(ctx), { kind: groupKind, ids: found }, async () => {
        await forgetIdentities(tx, ctx.principal, found);
        await tx.execute(sql`delete from identity_groups where id = any(${found}::uuid[])`);
      });
    }),
  );
}

function inTransaction<T>(ctx: Context, name: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return changing(ctx, { identity_groups_name: name, users_name: name }, async (tx) => {
    const result = await work(tx);
    wake(tx, ctx, 'access', 'jobs');
    return result;
  });
}
