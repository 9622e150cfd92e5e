import sql, { type Sql } from 'sql-template-tag';
import type { Folder } from '../../../kernel/http/context.ts';
import { UserType } from '../../../people/user-type.ts';
import { RoleType } from '../../roles/enumerations.ts';

/** Whether a person holds both rights in the folder, through any roles. `row` is a row of `users`. */
export const mayReview = (row: Sql, folder: Folder): Sql => sql`
  ${row}.is_active and ${row}.type in (${UserType.User}, ${UserType.DirectoryUser})
  and ${holds(row, folder, 'Queues.View')} and ${holds(row, folder, 'Transactions.Edit')}`;

/** Follows access.ts: roles in the folder or above it, and mixed roles of the tenant. */
const holds = (row: Sql, folder: Folder, permission: string): Sql => sql`
  exists (select from role_permissions p
           where p.permission = ${permission} and p.role_id in (
             select fu.role_id from folder_users fu
              where fu.user_id = ${row}.id
                and fu.folder_id = any(${[folder.id, ...folder.ancestors]}::bigint[])
             union all
             select ur.role_id from user_roles ur join roles r on r.id = ur.role_id
              where ur.user_id = ${row}.id and r.type = ${RoleType.Mixed}))`;
