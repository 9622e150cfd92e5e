import { logReader } from './api/job-log.ts';
import { findJob } from './api/jobs.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';
import { followJob } from './follow-job.ts';
import { printer } from './print-job.ts';
import { stopSignal } from './stop-signals.ts';

/** The time in which a server may restart. */
const PATIENCE_MS = 60_000;

export const execute: Execute = async (call) => {
  const { terminal, argument, flag } = call;
  const { client } = await connect(call, flag('follow') ? { patienceMs: PATIENCE_MS } : {});
  const job = await findJob(client, argument!);
  const print = printer(terminal);
  if (!flag('follow')) {
    for (const line of await logReader(client, job.Key)()) print.onLine(line);
    return EXIT.success;
  }
  const asked = stopSignal();
  try {
    await followJob(client, job, print, asked);
    return EXIT.success;
  } catch (error) {
    if (!asked.aborted) throw error;
    return EXIT.interrupted;
  }
};
