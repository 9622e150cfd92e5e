import sql, { empty, type Sql } from 'sql-template-tag';
import type { Principal } from '../../kernel/auth/principal.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { tell, type Waker } from '../../kernel/events/tell.ts';
import { JobState } from './enumerations.ts';
import {
  jobCompleted,
  jobFaulted,
  jobStarted,
  jobStopped,
  jobStopping,
  jobTerminating,
  type MoveEvent,
} from './events.ts';
import { retryFaulted } from './retry-faulted.ts';
import { type Cause, isFinal, nextState } from './transitions.ts';

/**
 * The events that tell of a state that a job moved to; those of Suspended and Resumed come with what leads
 * there.
 */
const EVENT_OF_STATE: Readonly<Record<number, MoveEvent>> = {
  [JobState.Running]: jobStarted,
  [JobState.Stopping]: jobStopping,
  [JobState.Terminating]: jobTerminating,
  [JobState.Faulted]: jobFaulted,
  [JobState.Successful]: jobCompleted,
  [JobState.Stopped]: jobStopped,
};

/** A job whose row is locked. */
export interface JobRow {
  readonly id: number;
  readonly key: string;
  readonly tenantId: number;
  readonly folderId: number;
  readonly releaseName: string;
  readonly state: number;
  readonly machineId: number | null;
  readonly sessionId: number | null;
  readonly executionId: string | null;
  readonly reportedState: number | null;
}

export const JOB_ROW: Sql = sql`
  j.id, j.key, j.tenant_id as "tenantId", j.folder_id as "folderId", j.release_name as "releaseName", j.state, j.machine_id as "machineId",
  j.session_id as "sessionId", j.execution_id as "executionId", j.reported_state as "reportedState"`;

export interface Move {
  readonly cause: Cause;
  /** Who caused it. Undefined is the server itself. */
  readonly principal: Principal | undefined;
  readonly live: Waker;
  /** When the process ended, as its host says. */
  readonly endTime?: string | undefined;
  /** More columns to set, for jobs that move. */
  readonly set?: Sql;
  /** More to say in the event. */
  readonly detail?: { readonly reason: string };
  /** Another attempt would not help. */
  readonly isLast?: boolean;
}

/**
 * Moves locked jobs by the state machine and records the events. No other place changes the state of a job.
 * Answers the jobs that moved, with their new state. A job stays untouched if the cause has no transition
 * from its state, or leads to the same state.
 */
export async function moveJobs(tx: Transaction, jobs: readonly JobRow[], move: Move): Promise<JobRow[]> {
  const moved: JobRow[] = [];
  /** Faulted, and nobody had asked them to end. */
  const unasked: number[] = [];
  const byStates = Map.groupBy(jobs, ({ state }) => state);
  for (const [from, group] of byStates) {
    const to = nextState(from, move.cause);
    if (to === undefined || to === from) continue;
    await tx.execute(sql`
      update jobs set state = ${to}, modified_at = now()${timesOf(from, to, move.endTime)}${move.set ? sql`, ${move.set}` : empty}
       where id = any(${group.map(({ id }) => id)}::bigint[])`);
    moved.push(...group.map((job) => ({ ...job, state: to })));
    if (from === JobState.Pending || from === JobState.Running) unasked.push(...group.map(({ id }) => id));
  }
  await recordMoves(tx, moved, move);
  if (move.cause === 'fault' && !move.isLast) await retryFaulted(tx, unasked, move);
  return moved;
}

function timesOf(from: number, to: number, endTime: string | undefined): Sql {
  // A job that no robot has begun has never had a host.
  const handBack =
    from === JobState.Pending && to === JobState.Stopped
      ? sql`, session_id = null, machine_id = null, robot_id = null, execution_id = null`
      : empty;
  if (to === JobState.Running) return sql`, started_at = now(), lease_until = null, info = null`;
  if (to === JobState.Stopping) return sql`, stopping_at = now()`;
  return isFinal(to) ? sql`, ended_at = ${endOf(endTime)}, lease_until = null${handBack}` : empty;
}

/**
 * Never after now, nor before the start. A host whose clock is off by more than this is not believed.
 */
const CLOCK_MINUTES = 5;

const endOf = (endTime: string | undefined): Sql =>
  endTime === undefined
    ? sql`now()`
    : sql`case when ${endTime}::timestamptz between started_at - make_interval(mins => ${CLOCK_MINUTES}) and now()
               then greatest(started_at, ${endTime}::timestamptz) else now() end`;

async function recordMoves(
  tx: Transaction,
  moved: readonly JobRow[],
  { principal, live, detail }: Move,
): Promise<void> {
  for (const [tenantId, ofTenant] of Map.groupBy(moved, (job) => job.tenantId)) {
    for (const [state, jobs] of Map.groupBy(ofTenant, (job) => job.state)) {
      await tell(
        tx,
        { principal, tenant: { id: tenantId }, live },
        EVENT_OF_STATE[state]!,
        jobs.map(({ id, key, folderId, releaseName, machineId }) => ({
          key,
          folderId,
          payload: { id, state: JobState.nameOf(state)!, releaseName, ...detail },
          // The job's slot becomes free, or a command waits. Without a machine, nobody is concerned.
          wakes: machineId === null ? [] : [machineId],
        })),
      );
    }
  }
}
