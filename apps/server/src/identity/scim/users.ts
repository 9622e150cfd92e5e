import sql, { type Sql } from 'sql-template-tag';
import { changing } from '../../kernel/db/changing.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { followPerson, forgetIdentities } from '../../people/follow-identity.ts';
import { keepingAnAdministrator } from '../platform/administrators.ts';
import { audited, recordMade } from '../platform/audit/audited.ts';
import { people } from '../platform/audit/kinds.ts';
import { DIRECTORY_USER } from '../users/users.ts';
import { type ListQuery, listAnswer, type Resource, type ScimCall } from './call.ts';
import { type Attributes, filterCondition } from './filter.ts';
import { changesOf, requireChangeable } from './patch.ts';
import { applyToPerson, formattedOf, type Person, readPerson, withPartsOfNames } from './person.ts';
import { noResource, ScimError } from './scim-error.ts';

interface UserRow extends Person {
  readonly id: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly groups: readonly { readonly value: string; readonly display: string }[];
}

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** The value of `displayName` and `name.formatted` in answers. */
const FORMATTED = sql`nullif(concat_ws(' ', nullif(u.name, ''), nullif(u.surname, '')), '')`;

export const USER_FILTERS: Attributes = {
  schemas: { sql: sql`${USER_SCHEMA}`, kind: 'exact' },
  id: { sql: sql`u.id`, kind: 'guid' },
  username: { sql: sql`u.user_name`, kind: 'text' },
  externalid: { sql: sql`r.external_id`, kind: 'exact' },
  displayname: { sql: sql`coalesce(nullif(u.display_name, ''), ${FORMATTED}, u.user_name)`, kind: 'text' },
  name: { sql: FORMATTED, kind: 'text' },
  'name.formatted': { sql: FORMATTED, kind: 'text' },
  // Stored as empty if the directory gave none.
  'name.givenname': { sql: sql`nullif(u.name, '')`, kind: 'text' },
  'name.familyname': { sql: sql`nullif(u.surname, '')`, kind: 'text' },
  active: { sql: sql`u.is_active`, kind: 'boolean' },
  emails: {
    some: (condition) => sql`(u.email is not null and ${condition})`,
    parts: {
      value: { sql: sql`u.email`, kind: 'text' },
      type: { sql: sql`'work'`, kind: 'text' },
      primary: { sql: sql`true`, kind: 'boolean' },
    },
  },
  groups: {
    some: (condition) => sql`exists (select from identity_group_members m
      join identity_groups g on g.id = m.group_id where m.user_id = u.id and ${condition})`,
    parts: { value: { sql: sql`g.id`, kind: 'guid' }, display: { sql: sql`g.name`, kind: 'text' } },
  },
  'meta.resourcetype': { sql: sql`'User'`, kind: 'exact' },
  'meta.created': { sql: sql`u.created_at`, kind: 'time' },
  'meta.lastmodified': { sql: sql`u.modified_at`, kind: 'time' },
};

const FROM = sql`from identity_users u left join scim_resources r on r.kind = 'User' and r.id = u.id`;

const select = (rest: Sql): Sql => sql`
  select u.id, u.user_name as "userName", r.external_id as "externalId", u.name as "givenName", u.surname as "familyName",
         u.display_name as "displayName", u.email, u.is_active as active, u.created_at as "createdAt",
         u.modified_at as "modifiedAt",
         (select coalesce(json_agg(json_build_object('value', g.id, 'display', g.name) order by g.name), '[]')
            from identity_group_members m join identity_groups g on g.id = m.group_id where m.user_id = u.id) as groups
    ${rest}`;

/** The users that a filter finds, for a list of users or of all resources. */
export const usersWhere = (
  { organizationId }: ScimCall,
  filter: string | undefined,
  elsewhere?: Attributes,
): Sql => {
  const condition = filterCondition(filter, USER_FILTERS, elsewhere);
  return sql`${FROM} where u.organization_id = ${organizationId} and ${condition}`;
};

export async function listUsers(call: ScimCall, query: ListQuery): Promise<unknown> {
  const found = usersWhere(call, query.filter);
  const total = await call.db.first<{ count: number }>(sql`select count(*) as count ${found}`);
  const page = sql`order by u.created_at, u.id limit ${query.count} offset ${query.startIndex - 1}`;
  const rows = await call.db.query<UserRow>(select(sql`${found} ${page}`));
  const users = rows.map((row) => userAnswer(call, row));
  return listAnswer(total!.count, query.startIndex, users);
}

export const usersByIds = async (call: ScimCall, ids: readonly string[]): Promise<Resource[]> =>
  (await call.db.query<UserRow>(select(sql`${FROM} where u.id = any(${[...ids]}::uuid[])`))).map((row) =>
    userAnswer(call, row),
  );

export async function getUser(call: ScimCall, id: string): Promise<unknown> {
  return userAnswer(call, await findUser(call.db, call, id));
}

async function findUser(db: Queryable, { organizationId }: ScimCall, id: string): Promise<UserRow> {
  const row = await db.first<UserRow>(
    select(sql`${FROM} where u.organization_id = ${organizationId} and u.id::text = ${id.toLowerCase()}`),
  );
  if (!row) throw noResource(id);
  return row;
}

export async function createUser(call: ScimCall, body: unknown): Promise<unknown> {
  const person = readPerson(body);
  return write(call, person, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
      insert into identity_users (organization_id, user_name, email, name, surname, display_name, is_active, type)
      values (${call.organizationId}, ${person.userName}, ${person.email}, ${person.givenName}, ${person.familyName},
              ${person.displayName}, ${person.active}, ${DIRECTORY_USER})
      returning id`);
    await keepExternalId(tx, call, 'User', row!.id, person.externalId);
    await recordMade(tx, call.actor, people, [row!.id]);
    return userAnswer(call, await findUser(tx, call, row!.id));
  });
}

/** PUT empties what it does not name. PATCH leaves it as it is. */
export const replaceUser = (call: ScimCall, id: string, body: unknown): Promise<unknown> => {
  const person = readPerson(body);
  return changeUser(call, id, () => person);
};

export const patchUser = (call: ScimCall, id: string, body: unknown): Promise<unknown> => {
  const changes = changesOf(body);
  requireChangeable(changes, id.toLowerCase(), ['id', 'meta', 'groups']);
  return changeUser(call, id, (before) => {
    const person = { ...before };
    for (const change of withPartsOfNames(changes)) applyToPerson(person, change);
    return person;
  });
};

async function changeUser(call: ScimCall, id: string, change: (before: Person) => Person): Promise<unknown> {
  const draft: { person?: Person } = {};
  return write(call, draft, (tx) =>
    keepingAnAdministrator(tx, call.organizationId, async () => {
      await tx.execute(sql`select from identity_users where id::text = ${id.toLowerCase()} for update`);
      const before = await findUser(tx, call, id);
      const after = change(plain(before));
      draft.person = after;
      await audited(tx, call.actor, { kind: people, ids: [before.id] }, async () => {
        await tx.execute(sql`
          update identity_users
             set user_name = ${after.userName}, email = ${after.email}, name = ${after.givenName},
                 surname = ${after.familyName}, display_name = ${after.displayName}, is_active = ${after.active},
                 modified_at = now()
           where id = ${before.id}`);
        await keepExternalId(tx, call, 'User', before.id, after.externalId);
        await followPerson(tx, undefined, before.id);
      });
      return userAnswer(call, await findUser(tx, call, before.id));
    }),
  );
}

export async function deleteUser(call: ScimCall, id: string): Promise<void> {
  await call.db.transaction((tx) =>
    keepingAnAdministrator(tx, call.organizationId, async () => {
      await tx.execute(sql`select from identity_users where id::text = ${id.toLowerCase()} for update`);
      const user = await findUser(tx, call, id);
      await audited(tx, call.actor, { kind: people, ids: [user.id] }, async () => {
        await forgetIdentities(tx, undefined, [user.id]);
        await tx.execute(sql`delete from identity_users where id = ${user.id}`);
        await tx.execute(sql`delete from scim_resources where kind = 'User' and id = ${user.id}`);
      });
      call.changed(tx);
    }),
  );
}

async function write<T>(
  call: ScimCall,
  of: { readonly userName?: string; readonly person?: Person },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const used = () =>
    new ScimError(
      409,
      `'${of.userName ?? of.person?.userName ?? ''}' or the address is used by another user.`,
      'uniqueness',
    );
  const names = { identity_users_name: used, identity_users_email: used, users_name: used };
  return changing(call.db, names, async (tx) => {
    const result = await work(tx);
    call.changed(tx);
    return result;
  });
}

export const keepExternalId = (
  tx: Queryable,
  { organizationId }: ScimCall,
  kind: 'User' | 'Group',
  id: string,
  externalId: string | null,
): Promise<number> =>
  tx.execute(sql`
    insert into scim_resources (organization_id, kind, id, external_id)
    values (${organizationId}, ${kind}, ${id}, ${externalId})
    on conflict (kind, id) do update set external_id = excluded.external_id`);

const plain = ({
  userName,
  externalId,
  givenName,
  familyName,
  displayName,
  email,
  active,
}: Person): Person => ({
  userName,
  externalId,
  givenName,
  familyName,
  displayName,
  email,
  active,
});

function userAnswer({ base }: ScimCall, row: UserRow): Resource {
  const formatted = formattedOf(row);
  return {
    schemas: [USER_SCHEMA],
    id: row.id,
    externalId: row.externalId ?? undefined,
    userName: row.userName,
    name: { formatted, givenName: row.givenName, familyName: row.familyName },
    displayName: row.displayName || formatted || row.userName,
    emails: row.email ? [{ value: row.email, type: 'work', primary: true }] : [],
    active: row.active,
    groups: row.groups.map((group) => ({ ...group, $ref: `${base}/Groups/${group.value}` })),
    meta: {
      resourceType: 'User',
      created: row.createdAt,
      lastModified: row.modifiedAt,
      location: `${base}/Users/${row.id}`,
    },
  };
}
