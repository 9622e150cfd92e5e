import sql, { type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import { directoryOf } from '../directory/entities.ts';
import type { Group } from './contract.ts';

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly builtIn: string | null;
}

const selectGroups = (organizationId: string, members: Sql, where: Sql): Sql => sql`
  select g.id, g.name, g.name as "displayName", case when g.built_in is null then 1 else 0 end as type,
         g.created_at as "creationTime", nullif(g.modified_at, g.created_at) as "lastModificationTime",
           ${members} as members
    from identity_groups g where g.organization_id = ${organizationId} and ${where}
   order by g.built_in is null, folded(g.name) collate "und-x-icu"`;

type Shown = OutputOf<typeof Group>;

export const listGroups = (db: Queryable, organizationId: string): Promise<Shown[]> =>
  db.query<Shown>(selectGroups(organizationId, sql`'[]'::jsonb`, sql`true`));

export async function findGroup(db: Queryable, organizationId: string, id: string): Promise<Shown> {
  const members = sql`
    (select coalesce(jsonb_agg(d.member order by d.kind, folded(d.name) collate "und-x-icu"), '[]')
       from (${directoryOf(organizationId)}) d
       join identity_group_members m on m.member_id = d.id and m.group_id = g.id)`;
  const group = await db.first<Shown>(selectGroups(organizationId, members, sql`g.id = ${id}`));
  if (!group) throw notFound('Group');
  return group;
}

/** Locks the group, so that of two changes at once one waits. */
export async function lockGroup(tx: Transaction, organizationId: string, id: string): Promise<GroupRow> {
  const group = await tx.first<GroupRow>(sql`
    select id, name, built_in as "builtIn" from identity_groups
     where organization_id = ${organizationId} and id = ${id} for no key update`);
  if (!group) throw notFound('Group');
  return group;
}
