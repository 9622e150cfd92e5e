import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { StopStrategy } from '../stop-strategy.ts';
import type { stopJob, stopJobs } from './contract.ts';
import { JobState } from './enumerations.ts';
import { JOB_ROW, type JobRow, moveJobs } from './move-jobs.ts';
import { IN_EXECUTION, isFinal } from './transitions.ts';

export async function stopOne(ctx: Context, { key, body }: InputFor<typeof stopJob>): Promise<void> {
  await stopByIds(ctx, [key], body.strategy);
}

export async function stopMany(ctx: Context, { body }: InputFor<typeof stopJobs>): Promise<void> {
  await stopByIds(ctx, [...new Set(body.jobIds)], body.strategy);
}

/** A job may end just before it is stopped. The others are stopped all the same. */
async function stopByIds(ctx: Context, ids: readonly number[], strategy: number): Promise<void> {
  if (ids.length === 0) return;
  await ctx.transaction(async (tx) => {
    const jobs = await lockJobs(tx, ctx, ids);
    if (jobs.length !== ids.length) throw notFound('Job');
    if (jobs.every(({ state }) => isFinal(state))) {
      throw strategy === StopStrategy.Kill
        ? conflict(CODE.JobCannotBeTerminated, 'The job has ended: there is nothing to kill.')
        : conflict(CODE.JobCannotBeCancelled, 'The job has ended: there is nothing to stop.');
    }
    await stopLocked(tx, ctx, jobs, strategy);
  });
}

/** For many jobs of the call's folder. Answers which were left as they are, and why. */
export async function stopThose(
  tx: Transaction,
  ctx: Context,
  ids: readonly number[],
  strategy: number,
): Promise<ReadonlyMap<number, string>> {
  const jobs = await lockJobs(tx, ctx, ids);
  const refused = new Map(ids.map((id) => [id, 'does not exist']));
  for (const { id, state } of jobs) {
    if (isFinal(state)) refused.set(id, `has ended (${JobState.nameOf(state)})`);
    else refused.delete(id);
  }
  await stopLocked(
    tx,
    ctx,
    jobs.filter(({ id }) => !refused.has(id)),
    strategy,
  );
  return refused;
}

const lockJobs = (tx: Transaction, ctx: Context, ids: readonly number[]): Promise<JobRow[]> =>
  tx.query<JobRow>(sql`
    select ${JOB_ROW} from jobs j
     where j.tenant_id = ${ctx.tenant.id} and j.folder_id = ${folderOf(ctx).id} and j.id = any(${ids}::bigint[]) order by j.id for update`);

/** Stops all jobs that a session has. */
export async function stopJobsOf(
  tx: Transaction,
  ctx: Context,
  { sessionId }: { readonly sessionId: number },
  strategy: number,
): Promise<void> {
  const jobs = await tx.query<JobRow>(sql`
    select ${JOB_ROW} from jobs j where j.session_id = ${sessionId} and j.state in ${IN_EXECUTION} order by j.id for update`);
  await stopLocked(tx, ctx, jobs, strategy);
}

async function stopLocked(
  tx: Transaction,
  ctx: Context,
  jobs: readonly JobRow[],
  strategy: number,
): Promise<void> {
  const cause = strategy === StopStrategy.Kill ? 'kill' : 'softStop';
  const { principal, live } = ctx;
  await moveJobs(tx, jobs, { cause, principal, live, set: sql`stop_strategy = ${strategy}` });
}
