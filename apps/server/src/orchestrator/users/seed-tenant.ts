import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ADMINISTRATOR, BUILT_IN_ROLES, type BuiltInRole } from '../roles/built-in.ts';

export interface NewTenant {
  readonly tenantId: number;
  /** identity_users.id of the first administrator. */
  readonly adminSubject: string;
  readonly adminUserName: string;
  readonly adminEmail?: string | null;
}

const FIRST_FOLDER = 'Shared';

/**
 * What a tenant begins with: the built-in roles, one folder and an administrator. Again on a tenant that has
 * them: nothing.
 */
export async function seedTenant(tx: Transaction, tenant: NewTenant): Promise<void> {
  for (const role of BUILT_IN_ROLES) await seedRole(tx, tenant.tenantId, role);
  await tx.execute(sql`
    insert into folders (tenant_id, display_name, path)
    values (${tenant.tenantId}, ${FIRST_FOLDER}, ${FIRST_FOLDER})
    on conflict do nothing`);
  await seedAdministrator(tx, tenant);
}

/** Roles that people may edit are filled once; the others gain what a newer server knows. */
async function seedRole(tx: Transaction, tenantId: number, role: BuiltInRole): Promise<void> {
  const { name, type, isEditable, permissions } = role;
  const made = await tx.execute(sql`
    insert into roles (tenant_id, name, display_name, type, is_static, is_editable)
    values (${tenantId}, ${name}, ${name}, ${type}, true, ${isEditable}) on conflict do nothing`);
  if (made === 0 && isEditable) return;
  await tx.execute(sql`
    insert into role_permissions (role_id, permission)
    select r.id, p from roles r, unnest(${permissions}::text[]) as p
     where r.tenant_id = ${tenantId} and r.name = ${name} and r.is_static
    on conflict do nothing`);
}

async function seedAdministrator(
  tx: Transaction,
  { tenantId, adminSubject, adminUserName, adminEmail }: NewTenant,
): Promise<void> {
  await tx.execute(sql`
    insert into users (tenant_id, user_name, directory_identifier, name, surname, email)
    select ${tenantId}, ${adminUserName}, id, nullif(name, ''), nullif(surname, ''),
           coalesce(${adminEmail ?? null}, email)
      from identity_users where id = ${adminSubject}
    on conflict do nothing`);
  await tx.execute(sql`
    insert into user_roles (user_id, role_id)
    select u.id, r.id from users u, roles r
     where u.tenant_id = ${tenantId} and u.directory_identifier = ${adminSubject}::uuid
       and r.tenant_id = ${tenantId} and r.name = ${ADMINISTRATOR} and r.is_static
    on conflict do nothing`);
}
