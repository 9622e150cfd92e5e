import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { isConnected } from '../sessions/enumerations.ts';

/**
 * Of the hosts of a machine that are connected, one in so many changes its version at a time, at least one.
 */
const ONE_IN = 10;

/**
 * Whether it is this session's turn to change to the version that its machine wants. Hosts that were told and
 * are not back with that version count, whether they are underway, silent or failed. So a version that
 * does not start stops at the first hosts that try it. Of those that have been silent for too long
 * (sessions/missing-updates.ts) others no longer wait for so many; more of them stop the change.
 * @param session is locked
 * @returns `given` if the turn is new
 */
export async function giveTurn(
  tx: Transaction,
  session: { readonly id: number; readonly machineId: number; readonly updateVersion: string | null },
  wanted: string,
  isUnderway: boolean,
): Promise<'given' | 'has' | 'waits'> {
  if (session.updateVersion === wanted) return isUnderway ? 'has' : 'waits';
  const { machineId, id } = session;
  // Not the machine's row: a host that connects locks that one first, and its session after it.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`versions of machine ${machineId}`}, 0))`,
  );
  const given = await tx.execute(sql`
    update sessions set update_version = ${wanted}, update_since = now(), update_missing = false
     where id = ${id}
       and (select told.underway < limits.most and told.missing <= limits.most
              from (select count(*) filter (where not o.update_missing) as underway,
                           count(*) filter (where o.update_missing) as missing
                      from sessions o
                     where o.machine_id = ${machineId} and o.id <> ${id} and o.update_version = ${wanted}
                       and o.version is distinct from ${wanted}) told,
                   (select greatest(1, count(*) / ${ONE_IN}::int) as most from sessions o
                     where o.machine_id = ${machineId} and ${isConnected('o')}) limits)`);
  return given > 0 ? 'given' : 'waits';
}
