import type { JobContext } from './job-context.ts';
import type { JobFolder } from './journal.ts';
import type { LogSender } from './logs.ts';
import type { Outcome } from './outcome.ts';
import { uploadFiles } from './upload-files.ts';

/**
 * What is left to do when the process of a job has ended and before the job is reported as final. This is the
 * place to collect what the process left in its folder. All of it is done again when a robot was killed in
 * the middle, so each step must stand that, and heed the context's signal. The job takes no slot meanwhile.
 * @param hurry fires when somebody wants to see the job ended: what is left of the log arrives afterwards
 * @returns the outcome to report
 */
export async function afterEnd(
  job: JobFolder,
  context: JobContext,
  outcome: Outcome,
  log: LogSender,
  hurry: AbortSignal,
): Promise<Outcome> {
  await log.complete(hurry);
  return uploadFiles(job, context, outcome, hurry);
}
