import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { JobState } from './enumerations.ts';
import { IN_EXECUTION, PENDING } from './transitions.ts';

/**
 * How jobs find robots. Nobody pushes: a session that has free slots takes waiting jobs in its heartbeat, which the server asks for at
 * once (robots-service/events.ts) when jobs are started. Whoever takes, takes under two locks:
 *
 * - the row of its own session, which every heartbeat of that session and every report of a start locks first: so the slots that are
 *   counted here are free until this transaction ends, on whichever node it runs;
 * - the rows of the jobs, `skip locked`: two sessions never take the same job, and neither waits for the other.
 *
 * A hand-out is a lease. Until the robot reports that it starts, the job stays Pending; when the lease is over, the job is simply there
 * again for the next. All times are the database's: `clock_timestamp()`, read after the locks are held, so that "the lease is over, its slot
 * is free" here and "the lease still holds, the process may start" there are never both true.
 */
const LEASE_SECONDS = 60;

export interface Claimant {
  readonly id: number;
  readonly tenantId: number;
  readonly machineId: number;
  readonly capabilities: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Takes jobs for the free slots of a session whose row this transaction has locked. Answers the
 * number of jobs.
 */
export async function claimJobs(tx: Transaction, session: Claimant): Promise<number> {
  const free = await tx.query<FreeSlots>({ name: 'free-slots', text: FREE_SLOTS, values: [session.id] });
  if (free.length === 0) return 0;
  const allowed = await tx.query<Allowed>({ name: 'allowed', text: ALLOWED, values: [session.machineId] });
  let claimed = 0;
  for (const slots of free) claimed += await claimFor(tx, session, allowed, slots);
  return claimed;
}

interface FreeSlots {
  readonly runtimeType: number;
  readonly slots: number;
}

/**
 * Ends a heartbeat's search if nothing waits, which is nearly always the case. (With `limit`, because an
 * EXISTS would be planned as a join with everything that waits.)
 */
const FREE_SLOTS = `
  select r.runtime_type as "runtimeType", r.slots - r.used as slots from session_runtimes r
   where r.session_id = $1 and r.slots > r.used
     and (select 1 from jobs j where j.tenant_id = r.tenant_id and j.runtime_type = r.runtime_type and j.state = ${JobState.Pending} limit 1) is not null`;

interface Allowed {
  readonly folderId: number;
  readonly robotId: number;
}

/** The folders that a machine serves, and the accounts that may run their jobs on it. */
const ALLOWED = `
  select mf.folder_id as "folderId", fr.robot_id as "robotId"
    from machine_folders mf cross join lateral (select robot_id from folder_robots where folder_id = mf.folder_id) fr
   where mf.machine_id = $1
     and (not exists (select from machine_robots o where o.machine_id = $1)
          or exists (select from machine_robots o where o.machine_id = $1 and o.robot_id = fr.robot_id))`;

/**
 * Walks the index jobs_pending in order and stops at the number of free slots. The account is the one that
 * the caller named. Otherwise it is the oldest of those that may run jobs of the folder: always the same one,
 * so that the rights of a job do not vary. All other conditions stand in one CASE, because the planner does
 * not estimate its selectivity. With separate conditions it expects almost no rows and sorts everything that
 * waits (70 ms instead of 1 with 50,000 waiting jobs).
 */
const CLAIM = `
  with allowed as materialized (
    select * from unnest($8::bigint[], $9::bigint[]) as a (folder_id, robot_id)
  ), picked as (
    select j.id, (select min(a.robot_id) from allowed a
                   where a.folder_id = j.folder_id and a.robot_id = coalesce(j.wanted_robot_id, a.robot_id)) as robot_id
      from jobs j
     where j.tenant_id = $1 and j.runtime_type = $4 and j.state = ${JobState.Pending}
       and case when (j.lease_until is null or j.lease_until <= clock_timestamp())
                 and j.due_at is null and j.runtime_kind = any($5::text[])
                 and j.folder_id = any($8::bigint[])
                 and j.requires <@ $10::text[]
                 and coalesce(j.wanted_machine_id, $3) = $3 and coalesce(j.wanted_session_id, $2) = $2
                 and (j.wanted_robot_id is null
                      or exists (select from allowed a where a.folder_id = j.folder_id and a.robot_id = j.wanted_robot_id))
                then true else false end
     order by j.priority desc, j.id
     limit $6
       for update of j skip locked
  )
  update jobs
     set session_id = $2, machine_id = $3, robot_id = picked.robot_id, execution_id = gen_random_uuid(),
         lease_until = clock_timestamp() + make_interval(secs => $7),
         host_machine_name = (select host_machine_name from sessions where id = $2), info = null, waits_for = null,
         waits_code = null, modified_at = now()
    from picked where jobs.id = picked.id`;

async function claimFor(
  tx: Transaction,
  session: Claimant,
  allowed: readonly Allowed[],
  { runtimeType, slots }: FreeSlots,
): Promise<number> {
  if (allowed.length === 0) return 0;
  return tx.execute({
    name: 'claim-jobs',
    text: CLAIM,
    values: [
      session.tenantId,
      session.id,
      session.machineId,
      runtimeType,
      session.capabilities,
      slots,
      LEASE_SECONDS,
      allowed.map(({ folderId }) => folderId),
      allowed.map(({ robotId }) => robotId),
      session.labels,
    ],
  });
}

/** The robot reports that it is still preparing these jobs. Leases that are not over begin anew. */
export async function renewLeases(
  tx: Transaction,
  sessionId: number,
  executionIds: readonly string[],
): Promise<void> {
  if (executionIds.length === 0) return;
  await tx.execute(sql`
    update jobs set lease_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
     where session_id = ${sessionId} and state = ${PENDING} and execution_id = any(${executionIds}::uuid[]) and lease_until > clock_timestamp()`);
}

/** The robot reports that the processes of these jobs have ended. Their slots are free for others. */
export async function noteEnded(
  tx: Transaction,
  sessionId: number,
  executionIds: readonly string[],
): Promise<void> {
  if (executionIds.length === 0) return;
  await tx.execute(sql`
    update jobs set process_ended_at = now()
     where session_id = ${sessionId} and state in ${IN_EXECUTION} and execution_id = any(${executionIds}::uuid[]) and process_ended_at is null`);
}

/**
 * A host cannot begin a job that it was handed, for a reason of its own. The job waits again, and its Info
 * has the reason.
 */
export const giveBack = (tx: Transaction, jobId: number, info: string | null): Promise<number> =>
  tx.execute(sql`
    update jobs set session_id = null, machine_id = null, robot_id = null, execution_id = null, lease_until = null,
                    host_machine_name = null, info = ${info}, modified_at = now()
     where id = ${jobId}`);

/** Gives the jobs that a departing session has not begun to others at once. Answers the number of jobs. */
export const handBack = (tx: Transaction, sessionId: number): Promise<number> =>
  tx.execute(sql`
    update jobs set session_id = null, machine_id = null, robot_id = null, execution_id = null, lease_until = null,
                    host_machine_name = null, modified_at = now()
     where session_id = ${sessionId} and state = ${PENDING}`);
