import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { invalid } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { directoryOf } from '../directory/entities.ts';
import type { updateAccessPolicy } from './contract.ts';

interface Entity {
  readonly identifier: string;
  readonly name: string;
}

/** Whom the organization lets in, as the directory shows them; nobody named: everybody. */
export const allowedEntities = async (db: Queryable, organizationId: string): Promise<Entity[]> =>
  (
    await db.query<{ member: Entity }>(sql`
      select d.member - 'extensionUserAttributes' as member
        from (${directoryOf(organizationId)}) d
        join organization_access_members a on a.organization_id = ${organizationId} and a.member_id = d.id
       order by d.kind, folded(d.name) collate "und-x-icu"`)
  ).map(({ member }) => member);

/**
 * Who is in already, or is not there, is no error. Answers the whole list. Taking the last one out lets
 * everybody in; that the last one is deleted does not.
 */
export const changePolicy = (
  ctx: Context,
  { body }: InputFor<typeof updateAccessPolicy>,
): Promise<AnswerFor<typeof updateAccessPolicy>> => {
  // Who restricts access in other words must not believe that it is done.
  if (!body.entitiesToAdd && !body.entitiesToRemove)
    throw invalid('entitiesToAdd', 'is required, or entitiesToRemove');
  return ctx.transaction(async (tx) => {
    const { id } = ctx.organization;
    await tx.execute(sql`select from organizations where id = ${id} for no key update`);
    const before = await allowedEntities(tx, id);
    await add(tx, id, idsOf('entitiesToAdd', body.entitiesToAdd));
    const removed = idsOf('entitiesToRemove', body.entitiesToRemove);
    await tx.execute(sql`
      delete from organization_access_members
       where organization_id = ${id} and member_id::text = any(${removed}::text[])`);
    const after = await allowedEntities(tx, id);
    if (after.length === 0 && removed.length > 0)
      await tx.execute(sql`delete from organization_access_restrictions where organization_id = ${id}`);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'PartitionAccessPolicy',
      action: 'Update',
      target: id,
      before: { entities: before.map(told) },
      after: { entities: after.map(told) },
    });
    return after;
  });
};

const told = ({ identifier, name }: Entity): Entity => ({ identifier, name });

/** Identifiers, or the entities themselves as they were read. */
const idsOf = (field: string, given: readonly unknown[] | null | undefined): readonly string[] =>
  (given ?? []).map((each, i) => {
    const id = typeof each === 'object' ? (each as { identifier?: unknown } | null)?.identifier : each;
    if (typeof id !== 'string') throw invalid(`${field}[${i}]`, 'must be an identifier, or have one');
    return id.toLowerCase();
  });

async function add(tx: Transaction, organizationId: string, ids: readonly string[]): Promise<void> {
  const known = await tx.query<{ id: string; isGroup: boolean }>(sql`
    select id, false as "isGroup" from identity_users
     where organization_id = ${organizationId} and id::text = any(${[...ids]}::text[])
    union all
    select id, true from identity_groups
     where organization_id = ${organizationId} and id::text = any(${[...ids]}::text[])`);
  const unknown = ids.findIndex((id) => !known.some((each) => each.id === id));
  if (unknown >= 0) throw invalid(`entitiesToAdd[${unknown}]`, 'is no user or group of the organization');
  if (known.length > 0)
    await tx.execute(sql`
      insert into organization_access_restrictions (organization_id) values (${organizationId})
      on conflict do nothing`);
  for (const { id, isGroup } of known) {
    await tx.execute(sql`
      insert into organization_access_members (organization_id, user_id, group_id)
      values (${organizationId}, ${isGroup ? null : id}, ${isGroup ? id : null}) on conflict do nothing`);
  }
}
