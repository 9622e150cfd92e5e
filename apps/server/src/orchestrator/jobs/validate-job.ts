import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { ApiError, CODE, notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import type { validateDynamicJob, validateExistingJob } from './contract.ts';
import { JobPendingReason } from './enumerations.ts';
import { planStart } from './plan-start.ts';
import type { StartInfo } from './start-info.ts';
import type { Lacking } from './waits-for.ts';
import { chooseRuntime } from './who-may-run.ts';

interface Validation {
  readonly IsValid: boolean;
  readonly Errors: readonly string[];
  readonly ErrorCodes: readonly number[];
}

const VALID: Validation = { IsValid: true, Errors: [], ErrorCodes: [] };

const REASONS: Readonly<Record<number, number>> = {
  [CODE.NoMachineAssociatedWithFolder]: JobPendingReason.TemplateNotAssignedToFolder,
  [CODE.NoRobotsAvailable]: JobPendingReason.RobotNotFound,
  [CODE.InvalidStartJobRobotIds]: JobPendingReason.RobotNotAssignedToFolder,
};

/** If nobody could run the job, the start is invalid. A malformed start is refused here too. */
export async function validateDynamic(
  ctx: Context,
  { body }: InputFor<typeof validateDynamicJob>,
): Promise<Validation> {
  return explained(async () => {
    const plan = await ctx.transaction((tx) => planStart(tx, ctx, body.startInfo as StartInfo));
    return plan.runtime.waitsFor;
  });
}

interface ExistingJob {
  readonly state: number;
  readonly runtimeType: number;
  readonly kind: string;
  readonly requires: readonly string[];
  /** Until when a later attempt waits. */
  readonly later: string | null;
}

export async function validateExisting(
  ctx: Context,
  { key }: InputFor<typeof validateExistingJob>,
): Promise<Validation> {
  const folder = folderOf(ctx);
  const job = await ctx.db.first<ExistingJob>(sql`
    select state, runtime_type as "runtimeType", runtime_kind as kind, requires,
           case when due_at is not null then waits_for end as later from jobs
     where id = ${key} and tenant_id = ${ctx.tenant.id} and folder_id = ${folder.id}`);
  if (!job) throw notFound('Job');
  if (job.state !== 0) return VALID;
  if (job.later) return invalidFor(job.later, JobPendingReason.TemplateNoHostsAvailable);
  return explained(async () => (await chooseRuntime(ctx.db, { folderId: folder.id, ...job })).waitsFor);
}

async function explained(check: () => Promise<Lacking | null>): Promise<Validation> {
  try {
    const waitsFor = await check();
    return waitsFor === null ? VALID : invalidFor(waitsFor.text, JobPendingReason.TemplateNoHostsAvailable);
  } catch (error) {
    const reason = error instanceof ApiError ? REASONS[error.code] : undefined;
    if (reason === undefined) throw error;
    return invalidFor((error as ApiError).message, reason);
  }
}

const invalidFor = (message: string, code: number): Validation => ({
  IsValid: false,
  Errors: [message],
  ErrorCodes: [code],
});
