import sql from 'sql-template-tag';
import type { NewTenant } from '../../kernel/area.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { BUILT_IN_ROLES, type BuiltInRole } from './built-in.ts';

export async function seedRoles(tx: Transaction, { tenantId }: NewTenant): Promise<void> {
  for (const role of BUILT_IN_ROLES) await seedRole(tx, tenantId, role);
}

/** Editable roles get their permissions once. The others also gain those that a newer server adds. */
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
