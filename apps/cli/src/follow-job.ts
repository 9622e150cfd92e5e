import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@baton/client/client';
import type { JobDto } from '@baton/contract/jobs';
import { type LogLine, logReader } from './api/job-log.ts';
import { isFinal, readJob } from './api/jobs.ts';

export interface Follower {
  onState(job: JobDto): void;
  onLine(line: LogLine): void;
}

/** The public API has no stream for jobs; a person sees no difference to this. */
const EVERY_MS = 300;

/** Tells every state and every line once, in order, until the job ends. Rejects with the signal's reason. */
export async function followJob(
  client: Client,
  job: JobDto,
  to: Follower,
  signal: AbortSignal,
): Promise<JobDto> {
  const readLog = logReader(client, job.Key);
  let state = '';
  const tell = (now: JobDto): void => {
    if (now.State !== state) to.onState(now);
    state = now.State;
  };
  for (;;) {
    // The state first: robots report the end after the last line, so the lines read after it are all.
    const now = await readJob(client, job.Id, signal);
    const isLast = isFinal(now);
    if (!isLast) tell(now);
    // It ran and ended between two looks.
    else if (now.StartTime && (state === '' || state === 'Pending')) tell({ ...now, State: 'Running' });
    for (const line of await readLog(signal)) to.onLine(line);
    if (isLast) {
      tell(now);
      return now;
    }
    await delay(EVERY_MS, undefined, { signal });
  }
}
