import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { stopJobsOf } from '../jobs/stop-jobs.ts';
import { FINAL } from '../jobs/transitions.ts';
import { explainWaitingFor } from '../jobs/waits-for.ts';
import {
  type deleteInactiveSessions,
  MaintenanceMode,
  type setMaintenanceMode,
  type toggleDebugMode,
} from './contract.ts';
import { isConnected } from './enumerations.ts';
import { debugModeChanged, maintenanceChanged, sessionDeleted } from './events.ts';

interface SessionRow {
  readonly id: number;
  readonly key: string;
  readonly machine_id: number;
}

export async function changeMaintenance(
  ctx: Context,
  { body }: InputFor<typeof setMaintenanceMode>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const session = await tx.first<SessionRow>(sql`
      update sessions set maintenance_mode = ${body.maintenanceMode}
       where id = ${body.sessionId} and tenant_id = ${ctx.tenant.id} returning id, key, machine_id`);
    if (!session) throw notFound('Session');
    await explainWaitingFor(tx, session.machine_id);
    await tell(tx, ctx, maintenanceChanged, [
      {
        key: session.key,
        payload: { id: session.id, mode: MaintenanceMode.nameOf(body.maintenanceMode) },
        wakes: [session.machine_id],
      },
    ]);
    if (body.maintenanceMode === MaintenanceMode.Enabled && body.stopJobsStrategy) {
      await stopJobsOf(tx, ctx, { sessionId: session.id }, body.stopJobsStrategy);
    }
  });
}

const DEFAULT_DEBUG_MINUTES = 60;

export async function changeDebugMode(
  ctx: Context,
  { key, body }: InputFor<typeof toggleDebugMode>,
): Promise<void> {
  const minutes = body.enabled ? (body.minutes ?? DEFAULT_DEBUG_MINUTES) : null;
  await ctx.transaction(async (tx) => {
    const session = await tx.first<{ id: number; key: string; until: string | null }>(sql`
      update sessions set debug_until = now() + make_interval(mins => ${minutes}::int)
       where id = ${key} and tenant_id = ${ctx.tenant.id} returning id, key, debug_until as until`);
    if (!session) throw notFound('Session');
    const { key: named, ...payload } = session;
    await tell(tx, ctx, debugModeChanged, [{ key: named, payload }]);
  });
}

/** Refuses if a session that the body names is active. An empty list stands for all inactive sessions. */
export async function forgetSessions(
  ctx: Context,
  { body }: InputFor<typeof deleteInactiveSessions>,
): Promise<void> {
  const wanted = [...new Set(body.sessionIds ?? [])];
  await ctx.transaction(async (tx) => {
    const found = await tx.query<SessionRow & { is_active: boolean }>(sql`
      select s.id, s.key, s.machine_id, ${isConnected('s')} or exists (
               select from jobs j where j.session_id = s.id and j.state not in ${FINAL}) as is_active
        from sessions s
       where s.tenant_id = ${ctx.tenant.id} and (${wanted.length === 0} or s.id = any(${wanted}::bigint[])) for update of s`);
    if (wanted.length > 0) {
      if (found.length !== wanted.length) throw notFound('Session');
      if (found.some((session) => session.is_active)) {
        throw conflict(
          CODE.ItemIsInUse,
          'A session that is connected or has a job in hand cannot be deleted.',
        );
      }
    }
    const gone = found.filter((session) => !session.is_active);
    await tx.execute(sql`delete from sessions where id = any(${gone.map(({ id }) => id)}::bigint[])`);
    await tell(
      tx,
      ctx,
      sessionDeleted,
      gone.map(({ id, key }) => ({ key, payload: { id } })),
    );
  });
}
