import sql from 'sql-template-tag';
import { LOCAL_DOMAIN } from '../../identity/platform/directory/entities.ts';
import { findEntries } from '../../identity/platform/directory/routes.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { constant } from '../../kernel/db/constant.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { UserType } from '../../people/user-type.ts';
import {
  type DirectoryPermission,
  getDirectoryPermissions,
  getDomains,
  getDomainUserId,
  SearchContext,
  searchForUsersAndGroups,
} from './contract.ts';

export const directoryServiceRoutes: readonly Route[] = [
  handle(searchForUsersAndGroups, search),
  handle(getDomains, () => [{ name: LOCAL_DOMAIN, isDefault: true }]),
  handle(getDomainUserId, findUserId),
  handle(getDirectoryPermissions, permissions),
];

const KINDS: Readonly<Record<number, readonly string[]>> = {
  [SearchContext.All]: ['user', 'group', 'robot', 'application'],
  [SearchContext.Users]: ['user'],
  [SearchContext.Groups]: ['group'],
  [SearchContext.Robots]: ['robot'],
  [SearchContext.ExternalApplications]: ['application'],
};

/** There is only one domain. A search in another one finds nobody. */
const isHere = (domain: string | null | undefined): boolean =>
  !domain || domain.toLowerCase() === LOCAL_DOMAIN;

async function search(
  ctx: Context,
  { searchContext, domain, prefix }: InputFor<typeof searchForUsersAndGroups>,
): Promise<AnswerFor<typeof searchForUsersAndGroups>> {
  if (!isHere(domain)) return [];
  return findEntries(ctx, prefix ?? '', KINDS[searchContext ?? SearchContext.All]!);
}

async function findUserId(
  ctx: Context,
  { domain, directoryIdentifier, userName, userType }: InputFor<typeof getDomainUserId>,
): Promise<number> {
  if (!directoryIdentifier && !userName) throw invalid('userName', 'is required');
  const user = await ctx.db.first<{ id: number }>(sql`
    select id from users
     where tenant_id = ${ctx.tenant.id} and ${isHere(domain)}::boolean
       and (${userType ?? null}::int is null or type = ${userType ?? null}::int)
       and case when ${directoryIdentifier ?? null}::text is null
         then folded(user_name) = folded(${userName ?? null}::text)
                else directory_identifier::text = folded(${directoryIdentifier ?? null}::text) end`);
  if (!user) throw notFound('User');
  return user.id;
}

async function permissions(
  ctx: Context,
  { username, domain }: InputFor<typeof getDirectoryPermissions>,
): Promise<AnswerFor<typeof getDirectoryPermissions>> {
  if (!username) throw invalid('username', 'is required');
  return ctx.db.query<OutputOf<typeof DirectoryPermission>>(sql`
    select g.user_name as "directoryGroup",
           (select coalesce(jsonb_agg(distinct jsonb_build_object(
                     'userId', g.id, 'userName', g.user_name, 'organizationUnitId', f.id,
                     'organizationUnitName', f.display_name, 'id', f.id)), '[]')
              from folder_users fu join folders f on f.id = fu.folder_id
                where fu.user_id = g.id) as "organizationUnits",
           (select coalesce(jsonb_agg(jsonb_build_object(
                     'name', r.name, 'displayName', r.display_name, 'groups', r.groups, 'isStatic',
                       r.is_static,
                     'isEditable', r.is_editable, 'id', r.id) order by r.name), '[]')
              from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = g.id) as roles
      from identity_users i
      join identity_group_members m on m.member_id = i.id
      join users g on g.directory_identifier = m.group_id and g.tenant_id = ${ctx.tenant.id} and g.type = ${constant(UserType.DirectoryGroup)}
     where i.organization_id = ${ctx.organization.id} and ${isHere(domain)}::boolean
       and (folded(i.user_name) = folded(${username}) or folded(i.email) = folded(${username}))
     order by g.user_name`);
}
