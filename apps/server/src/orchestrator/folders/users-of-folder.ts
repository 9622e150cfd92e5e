import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { getUsersForFolder } from './contract.ts';
import { UserRoles } from './entities.ts';
import { requireFolder } from './reach.ts';

/** A caller who sets the values of assets for single users has to see those users. */
const MAY_SEE_USERS = {
  inTenant: 'Units.View',
  inFolder: { any: ['SubFolders.View', 'Assets.Create', 'Assets.Edit'] },
} as const;

export async function usersOfFolder(
  ctx: Context,
  { key: id, includeInherited }: InputFor<typeof getUsersForFolder>,
): Promise<Page> {
  const { ancestors } = await requireFolder(ctx.db, ctx, { id }, MAY_SEE_USERS);
  return list(ctx, UserRoles, { from: rows(id, includeInherited ? [...ancestors, id] : [id]) });
}

const rows = (folderId: number, holders: readonly number[]): Sql => sql`
  (select u.id,
          jsonb_build_object(
            'Id', u.id, 'UserName', u.user_name, 'FullName', nullif(concat_ws(' ', u.name, u.surname), ''),
            'Type', u.type, 'Source', 0, 'IsInherited', not bool_or(fu.folder_id = ${folderId}),
            'AssignedToFolderIds', jsonb_agg(distinct fu.folder_id),
            'MayHaveAttended', u.may_have_robot_session, 'MayHaveUnattended', u.may_have_unattended_session
          ) as user_entity,
          jsonb_agg(jsonb_build_object(
            'Id', r.id, 'Name', r.name, 'RoleType', r.type,
            'Origin', case when fu.folder_id = ${folderId} then 0 else 1 end,
            'InheritedFromFolder', case when fu.folder_id <> ${folderId} then jsonb_build_object(
              'Id', f.id, 'DisplayName', f.display_name, 'FullyQualifiedName', f.path) end
          ) order by r.name, f.path) as roles
     from folder_users fu
     join folders f on f.id = fu.folder_id
     join users u on u.id = fu.user_id
     join roles r on r.id = fu.role_id
    where fu.folder_id = any(${holders}::bigint[])
    group by u.id)`;
