import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { SessionState } from '../sessions/enumerations.ts';
import { robotStatus } from '../sessions/events.ts';
import { MISSED_HEARTBEATS, sessionSettings } from '../sessions/settings.ts';
import { wantedVersion } from '../sessions/update-info.ts';
import { machineOf } from './robots-of-machine.ts';

export interface SessionRow {
  readonly id: number;
  readonly machineId: number;
  readonly tenantId: number;
  readonly maintenanceMode: number;
  readonly capabilities: readonly string[];
  readonly labels: readonly string[];
}

export interface TouchedSession extends SessionRow {
  readonly key: string;
  readonly host: string;
  readonly version: string | null;
  readonly wantedVersion: string | null;
  readonly updates: boolean;
  readonly updateVersion: string | null;
  /** Whether the change to `updateVersion` is underway. */
  readonly isUpdating: boolean;
}

/**
 * Records that a session of the caller's machine is alive, and the trouble of its host. Locks its row until
 * the transaction ends.
 */
export async function touchSession(
  tx: Transaction,
  ctx: Context,
  key: string,
  trouble: string | null,
): Promise<TouchedSession> {
  const patienceSeconds = ctx.setting(sessionSettings.heartbeatSeconds) * MISSED_HEARTBEATS;
  const session = await tx.first<TouchedSession & { before: number; troubleBefore: string | null }>({
    name: 'touch-session',
    text: `with before as (select id, state, info from sessions where key = $1 and tenant_id = $2 and machine_id = $3 for update)
           update sessions s
              set reporting_at = now(), state = ${SessionState.Available}, responsive_until = now() + make_interval(secs => $4), info = $5
             from before where s.id = before.id
           returning s.id, s.machine_id as "machineId", s.tenant_id as "tenantId", s.maintenance_mode as "maintenanceMode", s.capabilities,
                     s.labels, s.host_machine_name as host, s.key, s.version, s.updates, s.update_version as "updateVersion",
                     s.update_since is not null as "isUpdating", ${wantedVersion('s')} as "wantedVersion", before.state as before,
                     before.info as "troubleBefore"`,
    values: [key, ctx.tenant.id, machineOf(ctx), patienceSeconds, trouble],
  });
  if (!session) throw notFound('Session');
  const isNews = session.troubleBefore !== trouble;
  if (session.before !== SessionState.Available || isNews)
    await recordStatus(tx, ctx, session, key, 'Available', isNews ? { info: trouble } : {});
  return session;
}

/** Records that a session has signed off. */
export async function closeSession(tx: Transaction, ctx: Context, key: string): Promise<SessionRow> {
  const session = await tx.first<SessionRow & { host: string }>(sql`
    update sessions set state = ${SessionState.Disconnected}, reporting_at = now(), responsive_until = now()
     where key = ${key}::uuid and tenant_id = ${ctx.tenant.id} and machine_id = ${machineOf(ctx)}
    returning id, machine_id as "machineId", tenant_id as "tenantId", maintenance_mode as "maintenanceMode", capabilities,
              labels, host_machine_name as host`);
  if (!session) throw notFound('Session');
  await recordStatus(tx, ctx, session, key, 'Disconnected');
  return session;
}

export const recordStatus = (
  tx: Transaction,
  ctx: Context,
  { id, machineId, host }: SessionRow & { readonly host: string },
  key: string,
  state: string,
  more: { readonly info?: string | null; readonly wantedVersion?: string } = {},
): Promise<void> =>
  tell(tx, ctx, robotStatus, [{ key, payload: { id, machineId, hostMachineName: host, state, ...more } }]);
