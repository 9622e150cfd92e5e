import sql, { type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { UserType } from '../../people/user-type.ts';
import { DirectoryObjectType } from './contract.ts';
import type { SimpleFolder, SimpleUserEntity, UserRoleAssignments } from './entities.ts';
import { reach, rightTo } from './reach.ts';

export interface RolesQuery {
  readonly username: string;
  readonly type?: number | null;
  readonly skip?: number | null;
  readonly take?: number | null;
  readonly searchText?: string | null;
}

const USER_TYPES: Readonly<Record<number, readonly number[]>> = {
  [DirectoryObjectType.User]: [UserType.User, UserType.DirectoryUser],
  [DirectoryObjectType.Group]: [UserType.DirectoryGroup],
  [DirectoryObjectType.Machine]: [],
  [DirectoryObjectType.Robot]: [UserType.Robot, UserType.DirectoryRobot],
  [DirectoryObjectType.ExternalApplication]: [UserType.DirectoryExternalApplication],
};

interface UserRow {
  readonly id: number;
  readonly entity: OutputOf<typeof SimpleUserEntity>;
}

interface NamedRole {
  readonly Id: number;
  readonly Name: string;
}

interface FolderRow {
  readonly folder: OutputOf<typeof SimpleFolder>;
  readonly roles: readonly NamedRole[];
  readonly count: number;
}

/**
 * The roles of a user, in pages of folders. A caller without a right over all folders gets only the folders
 * that they may view, and no tenant roles.
 */
export async function rolesOfUser(
  ctx: Context,
  query: RolesQuery,
): Promise<OutputOf<typeof UserRoleAssignments>> {
  const user = await findUser(ctx, query);
  const tenantRoles = await ctx.db.query<NamedRole>(sql`
    select r.id as "Id", r.name as "Name" from user_roles ur join roles r on r.id = ur.role_id
     where ur.user_id = ${user.id} and ${ctx.access.can('Units.View')} order by r.name`);
  const folders = await ctx.db.query<FolderRow>(folderRoles(ctx, user.id, query));
  const count =
    folders[0]?.count ??
    ((query.skip ?? 0) > 0 || query.take === 0 ? await countFolders(ctx, user.id, query) : 0);
  const withUser = (role: NamedRole) => ({ ...role, Users: [user.entity] });
  return {
    Id: user.id,
    TenantRoles: tenantRoles.map(withUser),
    PageItems: folders.map(({ folder, roles }) => ({ Folder: folder, Roles: roles.map(withUser) })),
    Count: count,
  };
}

async function findUser(ctx: Context, { username, type }: RolesQuery): Promise<UserRow> {
  const types = type == null ? null : (USER_TYPES[type] ?? []);
  const user = await ctx.db.first<UserRow>(sql`
    select u.id, jsonb_build_object(
             'Id', u.id, 'UserName', u.user_name, 'Type', u.type, 'Source', 0, 'IsInherited', false,
             'AssignedToFolderIds',
             array(select distinct folder_id from folder_users where user_id = u.id order by 1),
             'MayHaveAttended', u.may_have_robot_session,
             'MayHaveUnattended', u.may_have_unattended_session) as entity
      from users u
     where u.tenant_id = ${ctx.tenant.id} and folded(u.user_name) = folded(${username})
       and (${types}::int[] is null or u.type = any(${types}::int[]))`);
  if (!user) throw notFound('User');
  return user;
}

function assignedFolders(ctx: Context, userId: number, { searchText }: RolesQuery): Sql {
  const reached = reach(ctx, rightTo('View'));
  const visible = reached === 'all' ? sql`true` : sql`f.id = any(${reached}::bigint[])`;
  return sql`
    from folders f join folder_users fu on fu.folder_id = f.id join roles r on r.id = fu.role_id
   where f.tenant_id = ${ctx.tenant.id} and fu.user_id = ${userId} and ${visible}
     and position(folded(${searchText ?? ''}) in folded(f.path)) > 0`;
}

const folderRoles = (ctx: Context, userId: number, query: RolesQuery): Sql => sql`
  select jsonb_build_object('Id', f.id, 'DisplayName', f.display_name,
                            'FullyQualifiedName', f.path) as folder,
         jsonb_agg(jsonb_build_object('Id', r.id, 'Name', r.name) order by r.name) as roles,
         count(*) over () as count
    ${assignedFolders(ctx, userId, query)}
   group by f.id order by folded(f.path) collate "und-x-icu" limit ${query.take ?? 100} offset ${query.skip ?? 0}`;

/** For pages past the end: they have no row that could carry the count. */
async function countFolders(ctx: Context, userId: number, query: RolesQuery): Promise<number> {
  const row = await ctx.db.first<{ count: number }>(sql`
    select count(distinct f.id) as count ${assignedFolders(ctx, userId, query)}`);
  return row!.count;
}
