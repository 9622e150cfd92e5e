import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@baton/client/client';
import type { JobDto } from '@baton/contract/jobs';
import { type LogLine, logReader } from './api/job-log.ts';
import { isFinal, readJob } from './api/jobs.ts';

export interface Follower {
  onState(job: JobDto): void;
  onLine(line: LogLine): void;
}

/** The public API has no stream for jobs. At this rate a person notices no difference. */
const EVERY_MS = 300;

/** What makes a state news: a job that waits may come to wait for something else. */
const newsOf = ({ State, Info }: JobDto): string => (State === 'Pending' ? `${State} ${Info ?? ''}` : State);

/**
 * Reports every state and every line once, in order, until the job ends. Rejects with the signal's reason.
 */
export async function followJob(
  client: Client,
  job: JobDto,
  to: Follower,
  signal: AbortSignal,
): Promise<JobDto> {
  const readLog = logReader(client, job.Key);
  let state = '';
  let told = '';
  const tell = (now: JobDto): void => {
    const news = newsOf(now);
    if (news !== told) to.onState(now);
    [state, told] = [now.State, news];
  };
  for (;;) {
    // The state is read first. Robots report the end after the last line, so a read after the
    // end gets all lines.
    const now = await readJob(client, job.Id, signal);
    const isLast = isFinal(now);
    if (!isLast) tell(now);
    // The job started and ended between two polls.
    else if (now.StartTime && (state === '' || state === 'Pending')) tell({ ...now, State: 'Running' });
    for (const line of await readLog(signal)) to.onLine(line);
    if (isLast) {
      tell(now);
      return now;
    }
    await delay(EVERY_MS, undefined, { signal });
  }
}
