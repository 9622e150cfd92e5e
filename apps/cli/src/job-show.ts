import type { JobDto } from '@baton/contract/jobs';
import { findJob, outputOf } from './api/jobs.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';
import { sizeOf } from './pack.ts';
import { paintState } from './print-job.ts';
import type { Terminal } from './terminal.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument } = call;
  const { client } = await connect(call);
  const job = await findJob(client, argument!);
  for (const line of linesOf(terminal, job)) terminal.say(line);
  terminal.data(job);
  return EXIT.success;
};

function* linesOf(terminal: Terminal, job: JobDto): Generator<string> {
  yield `${job.ReleaseName}  ${paintState(terminal, job.State)}, job ${job.Id}, ${job.Key}`;
  if (job.Info) yield `  ${job.Info.split('\n', 1)[0]}`;
  if (job.HostMachineName) yield `  on ${job.HostMachineName}`;
  yield `  made ${second(job.CreationTime)}, began ${second(job.StartTime)}, ended ${second(job.EndTime)}`;
  if (job.MaxNumberOfRetries || job.Attempt > 1)
    yield `  attempt ${job.Attempt} of ${(job.MaxNumberOfRetries ?? 0) + 1}`;
  if (job.RetryReason) yield `  ${job.RetryReason.split('\n', 1)[0]}`;
  if (job.NextJobKey) yield `  tried again as ${job.NextJobKey}`;
  if (job.Requires?.length) yield `  requires ${job.Requires.join(', ')}`;
  if (job.MemoryLimitMegabytes) yield `  may use ${job.MemoryLimitMegabytes} MB of memory`;
  if (job.ProcessorLimit) yield `  may keep ${job.ProcessorLimit} processors busy`;
  if (job.ProcessorSeconds !== null) yield `  used ${job.ProcessorSeconds.toFixed(2)} s of processor time`;
  if (job.PeakMemoryBytes !== null) yield `  used ${sizeOf(job.PeakMemoryBytes)} of memory at most`;
  const output = outputOf(job);
  if (output) yield `Output: ${JSON.stringify(output, null, 2)}`;
}

const second = (moment: string | null): string =>
  moment === null ? 'not yet' : `${moment.slice(0, 19).replace('T', ' ')} UTC`;
