import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { wake } from '../../kernel/events/live.ts';
import type { Context } from '../../kernel/http/context.ts';
import { JobState } from '../jobs/enumerations.ts';
import { type Report, reportJob, type Verdict } from '../jobs/report.ts';
import type { submitJobState } from './contract.ts';
import { takeLongOutput } from './long-output.ts';
import { machineOf } from './robots-of-machine.ts';

/** Each report has a transaction of its own, so that a refused report does not stop the others. */
export async function submitReports(
  ctx: Context,
  { body }: InputFor<typeof submitJobState>,
): Promise<{ results: Verdict[] }> {
  const { principal, live } = ctx;
  const reporter = { principal, live, tenantId: ctx.tenant.id, machineId: machineOf(ctx) };
  const results: Verdict[] = [];
  for (const report of body) {
    const given = report as typeof report & Report;
    const take = async (tx: Transaction, one: Report): Promise<Verdict> => {
      const result = await reportJob(tx, reporter, one);
      // Any other host may take a job that was given back.
      if (result.accepted && result.state === JobState.Pending) wake(tx, ctx, 'jobs');
      return result;
    };
    const verdict =
      (await takeLongOutput(ctx, given, take)) ?? (await ctx.transaction((tx) => take(tx, given)));
    results.push(verdict);
  }
  return { results };
}
