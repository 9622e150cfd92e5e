import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import { isConnected } from './enumerations.ts';
import { robotStatus } from './events.ts';

interface Missing {
  readonly id: number;
  readonly key: string;
  readonly tenantId: number;
  readonly machineId: number;
  readonly host: string;
  readonly version: string;
}

/**
 * Marks the hosts that have been silent for too long since it was their turn to change their version. One
 * that still reports finishes its jobs first, and may take any time for that.
 */
export async function markMissingUpdates(tx: Transaction, minutes: number): Promise<void> {
  const missing = await tx.query<Missing>(sql`
    update sessions set update_missing = true where id in (
      select s.id from sessions s
       where s.update_version is not null and s.update_since is not null and not s.update_missing and not ${isConnected('s')}
         and greatest(s.update_since, s.reporting_at) < now() - make_interval(mins => ${minutes})
       order by s.id for update skip locked)
    returning id, key, tenant_id as "tenantId", machine_id as "machineId", host_machine_name as host, update_version as version`);
  for (const { id, key, tenantId, machineId, host, version } of missing) {
    const payload = { id, machineId, hostMachineName: host, state: 'Disconnected', missingVersion: version };
    await tell(tx, { principal: undefined, tenant: { id: tenantId } }, robotStatus, [{ key, payload }]);
  }
}
