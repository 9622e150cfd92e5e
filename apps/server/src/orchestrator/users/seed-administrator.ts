import sql from 'sql-template-tag';
import type { NewTenant } from '../../kernel/area.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ADMINISTRATOR } from '../../people/tenant-administrators.ts';

export async function seedAdministrator(
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
