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
 * does not start stops at the first hosts that try it.
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
    update sessions set update_version = ${wanted}, update_since = now()
     where id = ${id}
       and (select count(*) from sessions o
             where o.machine_id = ${machineId} and o.id <> ${id} and o.update_version = ${wanted}
               and o.version is distinct from ${wanted})
           < greatest(1, (select count(*) from sessions o
                           where o.machine_id = ${machineId} and ${isConnected('o')}) / ${ONE_IN}::int)`);
  return given > 0 ? 'given' : 'waits';
}
