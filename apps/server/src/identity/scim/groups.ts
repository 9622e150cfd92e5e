import sql, { type Sql } from 'sql-template-tag';
import { changing } from '../../kernel/db/changing.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { followName, forgetIdentities } from '../../people/follow-identity.ts';
import { keepingAnAdministrator } from '../platform/administrators.ts';
import { audited, recordMade } from '../platform/audit/audited.ts';
import { groups } from '../platform/audit/kinds.ts';
import { type ListQuery, listAnswer, type Resource, type ScimCall } from './call.ts';
import { type Choice, isAnswered } from './chosen-attributes.ts';
import { type Attributes, filterCondition } from './filter.ts';
import { matches } from './matches.ts';
import { type Change, changesOf, given, readText, requireChangeable } from './patch.ts';
import { badValue, noResource, notChangeable, ScimError } from './scim-error.ts';
import { keepExternalId } from './users.ts';

/**
 * A group as a directory changes it. Its members are people. Robot accounts and applications in it
 * are left alone.
 */
interface Group {
  displayName: string;
  externalId: string | null;
  /** Id, and the name that is known for it. */
  members: Map<string, string | undefined>;
}

interface GroupRow {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly builtIn: string | null;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly members: readonly { readonly value: string; readonly display: string }[];
}

export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export const GROUP_FILTERS: Attributes = {
  schemas: { sql: sql`${GROUP_SCHEMA}`, kind: 'exact' },
  id: { sql: sql`g.id`, kind: 'guid' },
  displayname: { sql: sql`g.name`, kind: 'text' },
  externalid: { sql: sql`r.external_id`, kind: 'exact' },
  members: {
    some: (condition) => sql`exists (select from identity_group_members m
      join identity_users u on u.id = m.user_id where m.group_id = g.id and ${condition})`,
    parts: {
      value: { sql: sql`m.user_id`, kind: 'guid' },
      display: { sql: sql`u.user_name`, kind: 'text' },
      type: { sql: sql`'User'`, kind: 'text' },
    },
  },
  'meta.resourcetype': { sql: sql`'Group'`, kind: 'exact' },
  'meta.created': { sql: sql`g.created_at`, kind: 'time' },
  'meta.lastmodified': { sql: sql`g.modified_at`, kind: 'time' },
};

const FROM = sql`from identity_groups g left join scim_resources r on r.kind = 'Group' and r.id = g.id`;

const select = (withMembers: boolean, rest: Sql): Sql => sql`
  select g.id, g.name as "displayName", r.external_id as "externalId", g.built_in as "builtIn",
         g.created_at as "createdAt", g.modified_at as "modifiedAt",
         ${
           withMembers
             ? sql`(select coalesce(json_agg(json_build_object('value', u.id, 'display', u.user_name) order by u.user_name), '[]')
                 from identity_group_members m join identity_users u on u.id = m.user_id where m.group_id = g.id)`
             : sql`'[]'::json`
         } as members
    ${rest}`;

/** The groups that a filter finds, for a list of groups or of all resources. */
export const groupsWhere = (
  { organizationId }: ScimCall,
  filter: string | undefined,
  elsewhere?: Attributes,
): Sql => {
  const condition = filterCondition(filter, GROUP_FILTERS, elsewhere);
  return sql`${FROM} where g.organization_id = ${organizationId} and ${condition}`;
};

export async function listGroups(call: ScimCall, query: ListQuery): Promise<unknown> {
  const withMembers = isAnswered('members', query);
  const found = groupsWhere(call, query.filter);
  const total = await call.db.first<{ count: number }>(sql`select count(*) as count ${found}`);
  const page = sql`order by g.created_at, g.id limit ${query.count} offset ${query.startIndex - 1}`;
  const rows = await call.db.query<GroupRow>(select(withMembers, sql`${found} ${page}`));
  const groups = rows.map((row) => groupAnswer(call, row, withMembers));
  return listAnswer(total!.count, query.startIndex, groups);
}

export async function groupsByIds(
  call: ScimCall,
  ids: readonly string[],
  choice: Choice,
): Promise<Resource[]> {
  const withMembers = isAnswered('members', choice);
  const rows = await call.db.query<GroupRow>(
    select(withMembers, sql`${FROM} where g.id = any(${[...ids]}::uuid[])`),
  );
  return rows.map((row) => groupAnswer(call, row, withMembers));
}

export async function getGroup(call: ScimCall, id: string, choice: Choice): Promise<unknown> {
  const withMembers = isAnswered('members', choice);
  return groupAnswer(call, await findGroup(call.db, call, id, withMembers), withMembers);
}

async function findGroup(
  db: Queryable,
  { organizationId }: ScimCall,
  id: string,
  withMembers = true,
): Promise<GroupRow> {
  const row = await db.first<GroupRow>(
    select(
      withMembers,
      sql`${FROM} where g.organization_id = ${organizationId} and g.id::text = ${id.toLowerCase()}`,
    ),
  );
  if (!row) throw noResource(id);
  return row;
}

export function createGroup(call: ScimCall, body: unknown): Promise<unknown> {
  const group = readGroup(body);
  return write(call, group.displayName, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
      insert into identity_groups (organization_id, name) values (${call.organizationId}, ${group.displayName})
      returning id`);
    await keepExternalId(tx, call, 'Group', row!.id, group.externalId);
    await setMembers(tx, call, row!.id, group.members);
    await recordMade(tx, call.actor, groups, [row!.id]);
    return groupAnswer(call, await findGroup(tx, call, row!.id), true);
  });
}

export const replaceGroup = (call: ScimCall, id: string, body: unknown): Promise<unknown> => {
  const group = readGroup(body);
  return changeGroup(call, id, () => group);
};

export const patchGroup = (call: ScimCall, id: string, body: unknown): Promise<unknown> => {
  const changes = changesOf(body);
  requireChangeable(changes, id.toLowerCase(), ['id', 'meta']);
  return changeGroup(call, id, (before) => {
    for (const change of changes) applyToGroup(before, change);
    return before;
  });
};

async function changeGroup(call: ScimCall, id: string, change: (before: Group) => Group): Promise<unknown> {
  let name = '';
  return write(
    call,
    () => name,
    (tx) =>
      keepingAnAdministrator(tx, call.organizationId, async () => {
        await tx.execute(sql`select from identity_groups where id::text = ${id.toLowerCase()} for update`);
        const row = await findGroup(tx, call, id);
        const before = draftOf(row);
        const after = change(draftOf(row));
        name = after.displayName;
        if (row.builtIn && after.displayName !== before.displayName) {
          throw new ScimError(400, 'A built-in group cannot be renamed.', 'mutability');
        }
        await audited(tx, call.actor, { kind: groups, ids: [row.id] }, async () => {
          await tx.execute(sql`
            update identity_groups set name = ${after.displayName}, modified_at = now() where id = ${row.id}`);
          if (after.displayName !== before.displayName)
            await followName(tx, undefined, row.id, after.displayName);
          await keepExternalId(tx, call, 'Group', row.id, after.externalId);
          if (row.builtIn !== 'Everyone') await setMembers(tx, call, row.id, after.members);
        });
        return groupAnswer(call, await findGroup(tx, call, row.id), true);
      }),
  );
}

export const deleteGroup = (call: ScimCall, id: string): Promise<void> =>
  write(call, '', (tx) =>
    keepingAnAdministrator(tx, call.organizationId, async () => {
      await tx.execute(sql`select from identity_groups where id::text = ${id.toLowerCase()} for update`);
      const row = await findGroup(tx, call, id);
      if (row.builtIn) throw new ScimError(400, 'A built-in group cannot be deleted.', 'mutability');
      await audited(tx, call.actor, { kind: groups, ids: [row.id] }, async () => {
        await forgetIdentities(tx, undefined, [row.id]);
        await tx.execute(sql`delete from identity_groups where id = ${row.id}`);
        await tx.execute(sql`delete from scim_resources where kind = 'Group' and id = ${row.id}`);
      });
    }),
  );

async function write<T>(
  call: ScimCall,
  name: string | (() => string),
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const used = () => {
    const taken = typeof name === 'string' ? name : name();
    return new ScimError(409, `There is another group '${taken}'.`, 'uniqueness');
  };
  return changing(call.db, { identity_groups_name: used, users_name: used }, async (tx) => {
    const result = await work(tx);
    call.changed(tx);
    return result;
  });
}

/** Makes exactly these people members. People of other organizations are not found. */
async function setMembers(
  tx: Transaction,
  call: ScimCall,
  groupId: string,
  members: ReadonlyMap<string, unknown>,
): Promise<void> {
  const ids = [...members.keys()];
  const known = await tx.query<{ id: string }>(sql`
    select id from identity_users
     where organization_id = ${call.organizationId} and id::text = any(${ids}::text[]) order by id for key share`);
  if (known.length < ids.length) {
    const found = new Set(known.map(({ id }) => id));
    throw badValue(`There is no user ${ids.find((id) => !found.has(id))}.`);
  }
  await tx.execute(sql`
    delete from identity_group_members
     where group_id = ${groupId} and user_id is not null and not user_id = any(${ids}::uuid[])`);
  await tx.execute(sql`
    insert into identity_group_members (group_id, user_id) select ${groupId}, unnest(${ids}::uuid[])
    on conflict do nothing`);
}

const draftOf = (row: GroupRow): Group => ({
  displayName: row.displayName,
  externalId: row.externalId,
  members: new Map(row.members.map(({ value, display }) => [value, display])),
});

function readGroup(body: unknown): Group {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badValue('A group is expected.');
  const group: Group = { displayName: '', externalId: null, members: new Map() };
  for (const [name, value] of Object.entries(body)) {
    applyToGroup(group, given(name, value));
  }
  if (group.displayName === '') throw badValue('displayName is missing.');
  return group;
}

function applyToGroup(group: Group, change: Change): void {
  const { op, path, value } = change;
  switch (path.name) {
    case 'displayname':
      if (op === 'remove') throw notChangeable('displayName');
      group.displayName = readText(value, 'displayName');
      if (group.displayName === '') throw badValue('displayName cannot be empty.');
      return;
    case 'externalid':
      group.externalId = op === 'remove' ? null : readText(value, 'externalId') || null;
      return;
    case 'members':
      changeMembers(group.members, change);
      return;
  }
  // Members can be added and removed. Anything else about a member stays as it is.
  if (path.name.startsWith('members.')) throw notChangeable(path.name);
}

function changeMembers(members: Group['members'], { op, path: { selects, part }, value }: Change): void {
  if (part !== undefined) throw notChangeable(`members.${part}`);
  const ids = idsOf(value);
  const known = new Map(members);
  const selected = [...members].flatMap(([id, display]) =>
    selects === undefined || matches(selects, { value: id, display, type: 'user' }) ? [id] : [],
  );
  if (op === 'replace' && selects && selected.length === 0)
    throw new ScimError(400, 'No member is selected by the path.', 'noTarget');
  // `remove` that names nobody, in any of its forms, means everybody.
  const leaving = op === 'remove' && !selects && ids.length > 0 ? ids : op === 'add' ? [] : selected;
  for (const id of leaving) members.delete(id);
  if (op !== 'remove') for (const id of ids) members.set(id, known.get(id));
}

function idsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((each) =>
    readText(
      typeof each === 'object' && each !== null ? (each as { value?: unknown }).value : each,
      'members.value',
    ).toLowerCase(),
  );
}

const groupAnswer = ({ base }: ScimCall, row: GroupRow, withMembers: boolean): Resource => ({
  schemas: [GROUP_SCHEMA],
  id: row.id,
  externalId: row.externalId ?? undefined,
  displayName: row.displayName,
  members: withMembers
    ? row.members.map((member) => ({ ...member, type: 'User', $ref: `${base}/Users/${member.value}` }))
    : undefined,
  meta: {
    resourceType: 'Group',
    created: row.createdAt,
    lastModified: row.modifiedAt,
    location: `${base}/Groups/${row.id}`,
  },
});
