import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { find, findByKey } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { limitsAsInput } from '../processes/run-limits.ts';
import { Job, type restartJob, type resumeJob } from './contract.ts';
import { JobState } from './enumerations.ts';
import type { StartInfo } from './start-info.ts';
import { createJobs } from './start-jobs.ts';
import { FINAL, isFinal } from './transitions.ts';

interface EndedJob {
  readonly state: number;
  readonly info: StartInfo;
}

/**
 * Starts the process again, in its current version. While the new job has not ended, no second one is
 * started: a caller who presses again, or repeats a call whose answer was lost, gets the job that is there.
 */
export async function restart(
  ctx: Context,
  { body }: InputFor<typeof restartJob>,
): Promise<AnswerFor<typeof restartJob>> {
  return findByKey(ctx, Job, await restartById(ctx, body.jobId));
}

/** The id of the new job. */
export const restartById = (ctx: Context, jobId: number): Promise<number> =>
  ctx.transaction(async (tx) => {
    const info = await endedJob(tx, ctx, jobId);
    const known = await tx.first<{ id: number }>(sql`
      select id from jobs where restart_of = ${jobId} and state not in ${FINAL} limit 1`);
    if (known) return known.id;
    const [made] = await createJobs({ ...ctx, db: tx, transaction: (work) => work(tx) }, info);
    await tx.execute(sql`update jobs set restart_of = ${jobId} where id = ${made}`);
    return made!;
  });

/** Locks the job, so that of several callers at once only one starts it again. */
async function endedJob(tx: Transaction, ctx: Context, id: number): Promise<StartInfo> {
  const job = await tx.first<EndedJob>(sql`
    select j.state, jsonb_build_object(
             'ReleaseKey', coalesce((select r.key from releases r where r.id = j.release_id)::text, ''), 'ReleaseName', j.release_name,
             'EntryPointPath', j.entry_point_path, 'InputArguments', case when j.input_file is null then j.input_arguments end,
             'InputFile', j.input_file, 'Attachments', (
               select jsonb_agg(jsonb_build_object('attachmentId', l.attachment_id, 'category', l.category) order by l.number)
                 from job_attachments l where l.job_id = j.id and l.is_given and l.attachment_id is distinct from j.input_file),
             'EnvironmentVariables', j.environment_variables,
             'SpecificPriorityValue', j.priority, 'RuntimeType', j.runtime_type, 'Reference', j.reference,
             'RequiresUserInteraction', j.requires_user_interaction,
             'Requires', to_jsonb(j.requires),
             'MachineRobots', jsonb_build_array(jsonb_build_object('RobotId', j.wanted_robot_id, 'MachineId', j.wanted_machine_id))) || ${limitsAsInput(sql`j`)} as info
      from jobs j where j.id = ${id} and j.tenant_id = ${ctx.tenant.id} and j.folder_id = ${folderOf(ctx).id} for no key update`);
  if (!job) throw notFound('Job');
  if (!isFinal(job.state))
    throw conflict(CODE.CannotRestartUnfinishedJob, 'Only a job that has ended can be started once more.');
  return job.info;
}

/** Robots do not suspend jobs yet, so there is no job to resume. */
export async function resume(
  ctx: Context,
  { body }: InputFor<typeof resumeJob>,
): Promise<AnswerFor<typeof resumeJob>> {
  const job = await find(ctx, Job, { where: (row) => sql`${row}.key = ${body.jobKey}::uuid` });
  throw conflict(
    CODE.InvalidJobStateForResume,
    `Only a suspended job can be resumed; this one is ${JobState.nameOf(Number(job.State)) ?? 'not'}.`,
  );
}
