import sql, { type Sql } from 'sql-template-tag';

export interface RoleRow {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly is_static: boolean;
  readonly is_editable: boolean;
}

/** Locks the row, so that nobody deletes or renames a role while it is being assigned. */
export const lockRole = (tenantId: number, id: number): Sql => sql`
  select id, name, type, is_static, is_editable from roles
   where tenant_id = ${tenantId} and id = ${id} for no key update`;

export const insertPermissions = (roleId: number, permissions: readonly string[]): Sql => sql`
  insert into role_permissions (role_id, permission) select ${roleId}, unnest(${permissions}::text[])`;

export const deletePermissions = (roleId: number): Sql =>
  sql`delete from role_permissions where role_id = ${roleId}`;
