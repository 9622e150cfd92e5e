import sql, { type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { isConnected } from '../sessions/enumerations.ts';
import { PENDING } from './transitions.ts';

/**
 * Why a job has to wait for more than its turn. Null if somebody can run it. Reads a row `w`: a job, or what
 * would become one. A Pending job's Info shows this reason rather than that of a host which gave the job
 * back, because that is older.
 */
const REASON: Sql = sql`case
  when not exists (select from machine_folders mf where mf.folder_id = w.folder_id)
    then 'Waits for a machine: none serves the folder at the moment.'
  when not exists (select from folder_robots fr where fr.folder_id = w.folder_id)
    then 'Waits for an account: none may run jobs in the folder at the moment.'
  when w.wanted_robot_id is not null
       and not exists (select from folder_robots fr where fr.folder_id = w.folder_id and fr.robot_id = w.wanted_robot_id)
    then 'Waits for its robot, which may not run jobs in the folder at the moment.'
  when w.wanted_machine_id is not null
       and not exists (select from machine_folders mf where mf.folder_id = w.folder_id and mf.machine_id = w.wanted_machine_id)
    then 'Waits for its machine, which does not serve the folder at the moment.'
  when not exists (select from machine_folders mf join session_runtimes r on r.machine_id = mf.machine_id
                    where mf.folder_id = w.folder_id and r.runtime_type = w.runtime_type and r.is_connected)
    then 'Waits for a host to connect: none of the folder’s machines has one.'
  when not exists (select from machine_folders mf join sessions s on s.machine_id = mf.machine_id
                    where mf.folder_id = w.folder_id and ${isConnected('s')} and w.runtime_kind = any(s.capabilities))
    then format('Waits for a host that can run packages of the kind ''%s'': no connected one can.', w.runtime_kind)
  when w.requires <> '{}'
       and not exists (select from machine_folders mf join sessions s on s.machine_id = mf.machine_id
                        where mf.folder_id = w.folder_id and mf.machine_id = coalesce(w.wanted_machine_id, mf.machine_id)
                          and ${isConnected('s')} and w.runtime_kind = any(s.capabilities) and w.requires <@ s.labels)
    then format('Waits for a host with the labels that it requires (%s): no connected one has them.', array_to_string(w.requires, ', ')) end`;

interface Wanted {
  readonly folderId: number;
  readonly runtimeType: number;
  /** Kind of package. */
  readonly kind: string;
  readonly requires: readonly string[];
}

/** For a job that would be started now and is pinned to nobody. */
export async function waitsFor(
  db: Queryable,
  { folderId, runtimeType, kind, requires }: Wanted,
): Promise<string | null> {
  const row = await db.first<{ reason: string | null }>(sql`
    select ${REASON} as reason
      from (select ${folderId}::bigint as folder_id, ${runtimeType}::int as runtime_type, ${kind}::text as runtime_kind,
                   null::bigint as wanted_robot_id, null::bigint as wanted_machine_id, ${requires}::text[] as requires) w`);
  return row!.reason;
}

/**
 * Updates what waiting jobs wait for, in all of them or in `some`, and clears it where it is there now. It
 * tells no event: the job stays Pending, and the reason follows from changes that have told their own events
 * (of machines, users and hosts). One such change may concern everything that waits in a folder, which would
 * be ten thousand events that say the same.
 */
export const explainWaiting = (tx: Transaction, some: Sql = sql`true`): Promise<number> =>
  tx.execute(sql`
    with waiting as (
      select w.*, ${REASON} as reason
        from (select distinct folder_id, runtime_type, runtime_kind, wanted_robot_id, wanted_machine_id, requires
                from jobs where state = ${PENDING} and due_at is null and ${some}) w
    )
    update jobs set waits_for = chosen.reason, modified_at = now()
      from (select j.id, w.reason from jobs j join waiting w on w.folder_id = j.folder_id
               and w.runtime_type = j.runtime_type and w.runtime_kind = j.runtime_kind and w.requires = j.requires
               and w.wanted_robot_id is not distinct from j.wanted_robot_id
               and w.wanted_machine_id is not distinct from j.wanted_machine_id
             where j.state = ${PENDING} and j.session_id is null and j.due_at is null and j.waits_for is distinct from w.reason
             order by j.id for update of j skip locked) chosen
     where jobs.id = chosen.id`);
