import { Guid, Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const JOB = subject({ entity: 'Job', key: 'key', reading: { scope: 'OR.Jobs', inFolder: 'Jobs.View' } });

const payload = {
  id: Int64({ required: true }),
  state: Text({ required: true }),
  releaseName: Text({ required: true }),
  /** Why the server ended the job, or made another attempt. */
  reason: Text(),
};
/**
 * If a job ends or is about to end, the slots and commands of its host change. Only that machine is woken.
 */
const ofEnd = { of: JOB, payload, wakes: ['jobs'], isPublic: true } as const;

export const jobCreated = event({
  type: 'job.created',
  of: JOB,
  payload: { ...payload, batchExecutionKey: Guid({ required: true }) },
  wakes: ['jobs'],
  isPublic: true,
});
export const jobStarted = event({ type: 'job.started', of: JOB, payload, isPublic: true });
export const jobStopping = event({ type: 'job.stopping', ...ofEnd });
export const jobTerminating = event({ type: 'job.terminating', ...ofEnd });
export const jobCompleted = event({ type: 'job.completed', ...ofEnd });
export const jobFaulted = event({ type: 'job.faulted', ...ofEnd });
export const jobStopped = event({ type: 'job.stopped', ...ofEnd });

/** An event of a job that moved to another state. */
export type MoveEvent = Exclude<(typeof jobEvents)[number], typeof jobCreated>;

export const jobEvents = [
  jobCreated,
  jobStarted,
  jobStopping,
  jobTerminating,
  jobCompleted,
  jobFaulted,
  jobStopped,
] as const;
