import { isGuid } from '@baton/odata/guid';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';

/** A machine as the token endpoint knows it. */
export interface MachineClient {
  readonly machineId: number;
  readonly machineKey: string;
  readonly tenantId: number;
  readonly organizationId: string;
  /** SHA-256 of each secret that is valid now. */
  readonly secretHashes: Buffer[];
}

/** The machine whose license key is `clientId`. Undefined if there is none. */
export async function findMachineClient(db: Queryable, clientId: string): Promise<MachineClient | undefined> {
  if (!isGuid(clientId)) return undefined;
  return db.first<MachineClient>(sql`
    select m.id as "machineId", m.key as "machineKey", m.tenant_id as "tenantId", t.organization_id as "organizationId",
           array(select s.hash from machine_secrets s where s.machine_id = m.id order by s.id) as "secretHashes"
      from machines m join tenants t on t.id = m.tenant_id and t.is_active
     where m.license_key = ${clientId}::uuid`);
}
