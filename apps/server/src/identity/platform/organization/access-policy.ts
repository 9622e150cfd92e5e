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

/**
 * The entries that the organization lets in, as the directory shows them. An empty list lets everybody in.
 */
export const allowedEntities = async (db: Queryable, organizationId: string): Promise<Entity[]> =>
  (
    await db.query<{ member: Entity }>(sql`
      select d.member - 'extensionUserAttributes' as member
        from (${directoryOf(organizationId)}) d
        join organization_access_members a on a.organization_id = ${organizationId} and a.member_id = d.id
       order by d.kind, folded(d.name) collate "und-x-icu"`)
  ).map(({ member }) => member);

/**
 * Adding an entry again, or removing one that is not there, is no error. Answers the whole list. Removing the
 * last entry lets everybody in; deleting the last one that is named does not.
 */
export const changePolicy = (
  ctx: Context,
  { body }: InputFor<typeof updateAccessPolicy>,
): Promise<AnswerFor<typeof updateAccessPolicy>> => {
  // A caller who restricts access in another form must not believe that it worked.
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

/** Identifiers, or whole entities as they were read. */
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
