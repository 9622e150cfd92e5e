import { stopJob } from '@baton/contract/jobs';
import { findJob } from './api/jobs.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument, flag } = call;
  const { client } = await connect(call);
  const job = await findJob(client, argument!);
  const strategy = flag('kill') ? 'Kill' : 'SoftStop';
  await client.call(stopJob, { key: job.Id, body: { strategy } });
  terminal.say(`Job ${job.Id} of ${job.ReleaseName} is ${flag('kill') ? 'being killed' : 'asked to stop'}.`);
  terminal.data({ id: job.Id, key: job.Key, strategy });
  return EXIT.success;
};
