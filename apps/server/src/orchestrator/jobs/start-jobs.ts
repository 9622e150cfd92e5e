import { selectList } from '@baton/odata/select';
import sql, { join, type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { Page, type Selected } from '../../kernel/contract/read-rows.ts';
import { changing } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, invalid, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { INPUT } from '../attachments/input-file.ts';
import { linkAttachments } from '../attachments/link-attachments.ts';
import { limitColumns } from '../processes/run-limits.ts';
import { Job, type startJobs } from './contract.ts';
import { jobCreated } from './events.ts';
import { planStart, type StartPlan } from './plan-start.ts';
import type { StartInfo } from './start-info.ts';
import { explainWaiting } from './waits-for.ts';

/**
 * Starts one job, or up to ten thousand, of one process. After the commit, the hosts of the folder are asked
 * for a heartbeat.
 */
export async function startProcess(ctx: Context, { body }: InputFor<typeof startJobs>): Promise<Page> {
  const ids = await createJobs(ctx, body.startInfo as StartInfo);
  const rows = await ctx.db.query<Selected>(
    selectList(Job.type, ctx.options, { where: (row) => sql`${row}.id = any(${ids}::bigint[])` }),
  );
  return new Page(rows, ctx.options.count === false ? undefined : rows.length);
}

const deletedMeanwhile = (): ApiError => new ApiError(404, CODE.ItemNotFound, 'AssociatedProcessNotFound');

/** For whoever starts jobs in the folder of the call. Answers their ids. */
export async function createJobs(ctx: Context, info: StartInfo): Promise<number[]> {
  return changing(ctx, { jobs_release_id_fkey: deletedMeanwhile }, async (tx) => {
    const plan = await planStart(tx, ctx, info);
    // Who deletes the package waits until the jobs are there, and then finds that they need it.
    const hasPackage = await tx.first(
      sql`select from packages where id = ${plan.release.packageRowId} for key share`,
    );
    if (!hasPackage) throw notFound(`Package ${plan.release.processKey}:${plan.release.processVersion}`);
    const jobs = await insertJobs(tx, ctx, plan);
    await explainPinned(tx, jobs, plan);
    await linkFiles(tx, ctx, jobs, info);
    await tell(
      tx,
      ctx,
      jobCreated,
      jobs.map(({ id, key }) => ({
        key,
        folderId: folderOf(ctx).id,
        payload: {
          id,
          state: 'Pending',
          releaseName: plan.release.name,
          batchExecutionKey: plan.batchExecutionKey,
        },
        wakes: plan.runtime.machineIds,
      })),
    );
    return jobs.map(({ id }) => id);
  });
}

/** All jobs of a call and their files together. */
const MOST_LINKS = 10_000;

/** The input file and the other files that the caller names become files of each job. */
async function linkFiles(
  tx: Transaction,
  ctx: Context,
  jobs: readonly { readonly id: number; readonly key: string }[],
  { InputFile, Attachments }: StartInfo,
): Promise<void> {
  const files = [
    ...(InputFile ? [{ attachmentId: InputFile, category: INPUT }] : []),
    ...(Attachments ?? []).map(({ attachmentId, category = null }) => ({ attachmentId, category })),
  ];
  const once = files.filter(
    ({ attachmentId }, i) => files.findIndex((other) => other.attachmentId === attachmentId) === i,
  );
  if (jobs.length * once.length > MOST_LINKS)
    throw invalid('startInfo.Attachments', `all jobs of a call have at most ${MOST_LINKS} files together`);
  const who = {
    principal: ctx.principal,
    tenant: ctx.tenant,
    folderId: folderOf(ctx).id,
    userId: ctx.access.user?.id ?? null,
  };
  await linkAttachments(
    tx,
    who,
    jobs.flatMap((job) => once.map((file) => ({ job, ...file, isGiven: true }))),
  );
}

const DETAILS = [
  'ProfilingOptions',
  'FpsContext',
  'FpsProperties',
  'TraceId',
  'ParentSpanId',
  'RootSpanId',
  'AutopilotForRobots',
] as const;

function insertJobs(tx: Transaction, ctx: Context, plan: StartPlan): Promise<{ id: number; key: string }[]> {
  const { release, info, pins, runtime } = plan;
  const limits = limitColumns(plan.limits);
  const details = Object.fromEntries(DETAILS.flatMap((name) => (info[name] ? [[name, info[name]]] : [])));
  return tx.query<{ id: number; key: string }>(sql`
    insert into jobs (
      tenant_id, folder_id, release_id, release_version_id, release_name, process_key, process_version, process_type, feed_id,
      package_sha256, runtime_kind, entry_point_path, environment_variables, input_arguments, priority, runtime_type, source, source_type,
      batch_execution_key, reference, parent_job_key, requires_user_interaction, resume_on_same_context, remote_control_access, run_as_me,
      details, creator_user_id, waits_for, waits_code, wanted_robot_id, wanted_machine_id,
      wanted_session_id, input_file, requires, ${commaed(limits.map(([column]) => column))})
    select ${ctx.tenant.id}, ${folderOf(ctx).id}, ${release.id}, ${release.versionId}, ${release.name}, ${release.processKey},
           ${release.processVersion}, ${release.processType}, ${release.feedId}, ${release.sha256}, ${release.runtimeKind ?? 'unknown'},
           ${plan.entryPointPath}, ${plan.environmentVariables}, ${plan.inputArguments}, ${plan.priority}, ${runtime.runtimeType},
           ${plan.source}, ${plan.sourceType}, ${plan.batchExecutionKey}, ${info.Reference ?? null}, ${ctx.principal.job?.key ?? null},
           ${info.RequiresUserInteraction ?? release.requiresUserInteraction}, ${info.ResumeOnSameContext ?? false},
           ${info.RemoteControlAccess ?? release.remoteControlAccess}, ${info.RunAsMe ?? false}, 
           ${JSON.stringify(details)}::jsonb,
           ${ctx.access.user?.id ?? null}, ${runtime.waitsFor?.text ?? null}, ${runtime.waitsFor?.code ?? null}::smallint, pin.robot_id, pin.machine_id, pin.session_id,
           ${info.InputFile ?? null}::uuid, ${plan.requires}::text[], ${commaed(limits.map(([, value]) => value))}
      from unnest(${pins.map(({ robotId }) => robotId ?? null)}::bigint[], ${pins.map(({ machineId }) => machineId ?? null)}::bigint[],
                  ${pins.map(({ sessionId }) => sessionId ?? null)}::bigint[]) with ordinality
           as pin (robot_id, machine_id, session_id, position)
     order by pin.position
    returning id, key`);
}

/** What a pinned job lacks was not looked at before it was there. */
async function explainPinned(
  tx: Transaction,
  jobs: readonly { readonly id: number }[],
  { pins }: StartPlan,
): Promise<void> {
  if (pins.every((pin) => Object.keys(pin).length === 0)) return;
  await explainWaiting(tx, sql`id = any(${jobs.map(({ id }) => id)}::bigint[])`);
}

const commaed = (parts: readonly Sql[]): Sql => join([...parts]);
