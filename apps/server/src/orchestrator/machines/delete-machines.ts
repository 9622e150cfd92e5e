import sql from 'sql-template-tag';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { refuseWhileNeeded, waitsForMachine } from '../jobs/needs.ts';
import { FINAL } from '../jobs/transitions.ts';
import { machineDeleted } from './events.ts';

/**
 * Deletes all of the machines or none. A machine that runs a job stays, because nobody else could report the
 * job's result.
 */
export async function deleteMachines(ctx: Context, ids: readonly number[]): Promise<void> {
  const wanted = [...new Set(ids)];
  await ctx.transaction(async (tx) => {
    const machines = await tx.query<{ id: number; key: string; name: string }>(sql`
      select id, key, name from machines where tenant_id = ${ctx.tenant.id} and id = any(${wanted}::bigint[]) order by id for update`);
    if (machines.length !== wanted.length) throw notFound('Machine');
    const busy = await tx.first<{ name: string }>(sql`
      select m.name from machines m join sessions s on s.machine_id = m.id join jobs j on j.session_id = s.id
       where m.id = any(${wanted}::bigint[]) and j.state not in ${FINAL} limit 1`);
    if (busy) throw conflict(CODE.HasDependentItems, `The machine ${busy.name} runs jobs.`);
    await refuseWhileNeeded(tx, 'The machine', waitsForMachine(wanted));
    await tx.execute(sql`delete from machines where id = any(${wanted}::bigint[])`);
    await tell(
      tx,
      ctx,
      machineDeleted,
      machines.map(({ id, key, name }) => ({ key, payload: { id, name } })),
    );
  });
}
