import sql, { raw, type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { LACKING_CODE, LACKING_TEXT } from './pending-reasons.ts';
import { PENDING } from './transitions.ts';

/**
 * Why a job has to wait for more than its turn. Null if somebody can run it. Reads a row `w`: a job, or what
 * would become one. A Pending job's Info shows this reason rather than that of a host which gave the job
 * back, because that is older.
 */
const CODE: Sql = raw(LACKING_CODE);
const REASON: Sql = raw(LACKING_TEXT);

interface Wanted {
  readonly folderId: number;
  readonly runtimeType: number;
  /** Kind of package. */
  readonly kind: string;
  readonly requires: readonly string[];
}

export interface Lacking {
  /** Of `PendingReason`. */
  readonly code: number;
  readonly text: string;
}

/** For a job that would be started now and is pinned to nobody. */
export async function waitsFor(
  db: Queryable,
  { folderId, runtimeType, kind, requires }: Wanted,
): Promise<Lacking | null> {
  const row = await db.first<{ code: number | null; text: string }>(sql`
    select ${CODE} as code, ${REASON} as text
      from (select ${folderId}::bigint as folder_id, ${runtimeType}::int as runtime_type, ${kind}::text as runtime_kind,
                   null::bigint as wanted_robot_id, null::bigint as wanted_machine_id,
                   null::bigint as wanted_session_id, ${requires}::text[] as requires) w`);
  return row!.code === null ? null : { code: row!.code, text: row!.text };
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
      select w.*, ${CODE} as code, ${REASON} as reason
        from (select distinct folder_id, runtime_type, runtime_kind, wanted_robot_id, wanted_machine_id, wanted_session_id, requires
                from jobs where state = ${PENDING} and due_at is null and ${some}) w
    )
    update jobs set waits_for = chosen.reason, waits_code = chosen.code, modified_at = now()
      from (select j.id, w.reason, w.code from jobs j join waiting w on w.folder_id = j.folder_id
               and w.runtime_type = j.runtime_type and w.runtime_kind = j.runtime_kind and w.requires = j.requires
               and w.wanted_robot_id is not distinct from j.wanted_robot_id
               and w.wanted_machine_id is not distinct from j.wanted_machine_id
               and w.wanted_session_id is not distinct from j.wanted_session_id
             where j.state = ${PENDING} and j.session_id is null and j.due_at is null and (j.waits_for, j.waits_code) is distinct from (w.reason, w.code::smallint)
             order by j.id for update of j skip locked) chosen
     where jobs.id = chosen.id`);

/** After a change of a machine's hosts: for the jobs that wait in its folders. */
export const explainWaitingFor = (tx: Transaction, machineId: number): Promise<number> =>
  explainWaiting(
    tx,
    sql`folder_id in (select folder_id from machine_folders where machine_id = ${machineId})`,
  );
