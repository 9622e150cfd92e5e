import sql from 'sql-template-tag';
import type { AuditedKind } from '../../identity/platform/audit/audited.ts';

/** A user of a tenant, with the rights there and in its folders. Name and address belong to the person. */
export const tenantUsers: AuditedKind = {
  category: 'TenantUser',
  lists: ['folders'],
  states: (ids) => sql`
    select u.id::text, u.user_name as name,
           jsonb_build_object('userName', u.user_name, 'type', u.type, 'isActive', u.is_active,
             'mayHaveUserSession', u.may_have_user_session, 'mayHaveRobotSession', u.may_have_robot_session,
             'mayHaveUnattendedSession', u.may_have_unattended_session,
             'mayHavePersonalWorkspace', u.may_have_personal_workspace,
             'roles', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.id), '[]')
                         from user_roles h join roles r on r.id = h.role_id where h.user_id = u.id),
             'folders', (select coalesce(jsonb_agg(jsonb_build_object('id', concat_ws(' ', f.id, r.id),
                                           'folder', f.path, 'role', r.name) order by f.id, r.id), '[]')
                           from folder_users h join folders f on f.id = h.folder_id
                           join roles r on r.id = h.role_id where h.user_id = u.id)) as members,
           jsonb_build_object('unattendedPassword', encode(u.unattended_password, 'base64')) as secrets,
           array_remove(array[u.directory_identifier], null) as concerns
      from users u where u.id = any(${ids}::bigint[]) order by u.id`,
};

/** A role. Of its holders, the entry names only those who got it or lost it. */
export const roles: AuditedKind = {
  category: 'Role',
  lists: ['users'],
  concerning: 'users',
  states: (ids) => sql`
    select r.id::text, r.name,
           jsonb_build_object('name', r.name, 'displayName', r.display_name, 'type', r.type,
             'permissions', (select coalesce(jsonb_agg(permission order by permission), '[]')
                               from role_permissions where role_id = r.id),
             'users', (select coalesce(jsonb_agg(jsonb_build_object('id', coalesce(u.directory_identifier, u.key),
                                         'userName', u.user_name) order by u.id), '[]')
                         from user_roles h join users u on u.id = h.user_id where h.role_id = r.id)) as members,
           '{}'::jsonb as secrets
      from roles r where r.id = any(${ids}::int[]) order by r.id`,
};

/** The place of a folder. It matters because rights that are held above a folder also hold in it. */
export const folders: AuditedKind = {
  category: 'Folder',
  states: (ids) => sql`
    select f.id::text, f.display_name as name, jsonb_build_object('path', f.path) as members, '{}'::jsonb as secrets
      from folders f where f.id = any(${ids}::bigint[]) order by f.id`,
};
