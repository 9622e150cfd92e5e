import sql, { type Sql } from 'sql-template-tag';
import type { Principal } from '../../kernel/auth/principal.ts';
import { isObject } from '../../kernel/contract/read-input.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import type { Waker } from '../../kernel/events/tell.ts';
import { giveBack } from './dispatch.ts';
import { JobState } from './enumerations.ts';
import { JOB_ROW, type JobRow, moveJobs } from './move-jobs.ts';
import { CAUSE_OF_REPORT, isFinal, isInExecution, nextState } from './transitions.ts';

/** What a robot reports about a job that was handed to it. */
export interface Report {
  readonly jobKey: string;
  readonly executionId: string;
  readonly jobState: number;
  readonly info?: string | null;
  /** JSON text. */
  readonly outputArguments?: string | null;
  /** An attachment with the output arguments, if they are too long for the job's row. */
  readonly outputFile?: string | null;
  /** The server itself has just stored that file, and links it after the report. */
  readonly isOutputStored?: boolean;
  readonly exitCode?: number | null;
  /** When the process ended. */
  readonly endTime?: string | null;
  readonly hostMachineName?: string | null;
  readonly processorSeconds?: number | null;
  readonly peakMemoryBytes?: number | null;
}

export interface Verdict {
  readonly jobKey: string;
  readonly accepted: boolean;
  /** The job's current state. Null if the job is not this machine's. */
  readonly state: number | null;
  /** Why the report was refused. */
  readonly reason: string | null;
}

export interface Reporter {
  readonly principal: Principal;
  readonly live: Waker;
  readonly tenantId: number;
  readonly machineId: number;
}

/**
 * Takes a robot's report, or refuses it and changes nothing. Only the execution under which the job was last
 * handed out counts. It may start only while its lease holds. The first final report is the job's result; the
 * same report is accepted again. Pending gives the job back before it has begun, because another host may be
 * able to run it.
 */
export async function reportJob(tx: Transaction, reporter: Reporter, report: Report): Promise<Verdict> {
  const job = await lockJob(tx, reporter, report);
  if (!job) return refuse(report, null, 'There is no such job.');
  if (job.executionId !== report.executionId) {
    return refuse(report, job.state, 'The job was given to another execution.');
  }
  if (
    job.reportedState === report.jobState ||
    (report.jobState === JobState.Running && isInExecution(job.state))
  ) {
    return { jobKey: report.jobKey, accepted: true, state: job.state, reason: null };
  }
  if (report.jobState === JobState.Pending && job.state === JobState.Pending) {
    await giveBack(tx, job.id, report.info?.slice(0, MOST_INFO) ?? null);
    return { jobKey: report.jobKey, accepted: true, state: job.state, reason: null };
  }
  const cause = CAUSE_OF_REPORT[report.jobState];
  if (!cause || nextState(job.state, cause) === undefined) {
    return refuse(
      report,
      job.state,
      isFinal(job.state) ? 'The job has ended.' : 'The job cannot go there from its state.',
    );
  }
  if (cause === 'run' && !job.hasLease) return refuse(report, job.state, 'The lease is over.');
  const set =
    cause === 'run'
      ? sql`host_machine_name = coalesce(${report.hostMachineName}, host_machine_name)`
      : resultOf(report, await hasOutput(tx, job, report));
  const { principal, live } = reporter;
  const [moved] = await moveJobs(tx, [job], {
    cause,
    principal,
    live,
    set,
    endTime: report.endTime ?? undefined,
  });
  return { jobKey: report.jobKey, accepted: true, state: moved!.state, reason: null };
}

/**
 * Locks the session first, as heartbeats do, so the slots that they count stay as they are until they end.
 */
async function lockJob(
  tx: Transaction,
  { tenantId, machineId }: Reporter,
  { jobKey }: Report,
): Promise<(JobRow & { readonly hasLease: boolean }) | undefined> {
  await tx.execute(sql`
    select from sessions where id = (select session_id from jobs where key = ${jobKey}::uuid and tenant_id = ${tenantId}) for update`);
  const locked = await tx.first(sql`
    select from jobs where key = ${jobKey}::uuid and tenant_id = ${tenantId} and machine_id = ${machineId} for update`);
  if (!locked) return undefined;
  // A second statement reads the clock while both locks are held.
  return tx.first<JobRow & { hasLease: boolean }>(sql`
    select ${JOB_ROW}, coalesce(j.lease_until > clock_timestamp(), false) as "hasLease" from jobs j where j.key = ${jobKey}::uuid`);
}

const MOST_INFO = 10_000;

interface Output {
  readonly text: string | null;
  readonly problem?: string;
}

function resultOf(report: Report, hasFile: boolean): Sql {
  const { jobState, info, exitCode, processorSeconds, peakMemoryBytes } = report;
  const output: Output = hasFile ? { text: null } : readOutput(report);
  const text = [info?.slice(0, MOST_INFO), output.problem].filter(Boolean).join('\n') || null;
  return sql`reported_state = ${jobState}, info = ${text}, output_arguments = ${output.text},
    output_file = ${hasFile ? report.outputFile : null}::uuid, exit_code = ${exitCode ?? null},
    processor_seconds = ${processorSeconds ?? null}::float8, peak_memory_bytes = ${peakMemoryBytes ?? null}::bigint`;
}

/** Whether the file that the report names is there, and is a file of the job. */
async function hasOutput(tx: Transaction, job: JobRow, report: Report): Promise<boolean> {
  const { outputFile, isOutputStored } = report;
  if (!outputFile || isOutputStored) return isOutputStored === true;
  const found = await tx.first(sql`
    select from job_attachments l join attachments a on a.id = l.attachment_id
     where l.job_id = ${job.id} and a.id = ${outputFile}::uuid and a.file_key is not null`);
  return found !== undefined;
}

/**
 * Output that nobody could read does not keep a job from ending. It is left out, and the job's Info says so.
 */
function readOutput({ outputArguments: text, outputFile }: Report): Output {
  if (outputFile) return { text: null, problem: 'The file with the output arguments has not arrived.' };
  if (text === null || text === undefined || text.trim() === '') return { text: null };
  try {
    if (isObject(JSON.parse(text))) return { text };
  } catch {
    // the event is told below
  }
  return { text: null, problem: 'The output arguments are not a JSON object and were left out.' };
}

const refuse = ({ jobKey }: Report, state: number | null, reason: string): Verdict => ({
  jobKey,
  accepted: false,
  state,
  reason,
});
