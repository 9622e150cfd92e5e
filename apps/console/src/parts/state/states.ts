import type { JobState, SessionState } from '@baton/contract/enumerations';
import type { QueueItemStatus } from '@baton/contract/queues-shared';
import type { Tone } from '../../app/theme.ts';

/** What a state means to a person. Each tone has colours in app/theme.css. */
export const TONES = [
  'hollow',
  'pending',
  'running',
  'suspended',
  'successful',
  'stopped',
  'faulted',
  'abandoned',
] as const satisfies readonly Tone[];

/** Each state can be told by its shape alone: nobody depends on colour. */
export type Shape =
  | 'ring'
  | 'dashed'
  | 'disc'
  | 'pulse'
  | 'tick'
  | 'cross'
  | 'square'
  | 'half'
  | 'pause'
  | 'triangle'
  | 'turn'
  | 'clock'
  | 'slash';

export interface Look {
  readonly tone: Tone;
  readonly shape: Shape;
}

const look = (tone: Tone, shape: Shape): Look => ({ tone, shape });
const UNKNOWN = look('hollow', 'dashed');

const JOBS: Readonly<Record<JobState, Look>> = {
  Pending: look('pending', 'ring'),
  Running: look('running', 'pulse'),
  Stopping: look('stopped', 'half'),
  Terminating: look('stopped', 'half'),
  Faulted: look('faulted', 'cross'),
  Successful: look('successful', 'tick'),
  Stopped: look('stopped', 'square'),
  Suspended: look('suspended', 'pause'),
  Resumed: look('pending', 'ring'),
};

/** Deferred is no status of the API: it is a new item whose time has not come. */
export type ItemState = QueueItemStatus | 'Deferred';

const ITEMS: Readonly<Record<ItemState, Look>> = {
  New: look('pending', 'ring'),
  InProgress: look('running', 'pulse'),
  Successful: look('successful', 'tick'),
  Failed: look('faulted', 'cross'),
  Abandoned: look('abandoned', 'slash'),
  Retried: look('hollow', 'turn'),
  Deleted: look('hollow', 'dashed'),
  Deferred: look('pending', 'clock'),
};

/** An exception of the application is a fault; one of the business says that the item is not to be done. */
const BUSINESS = look('stopped', 'triangle');

const SESSIONS: Readonly<Record<SessionState, Look>> = {
  Available: look('successful', 'disc'),
  Busy: look('running', 'pulse'),
  Disconnected: look('faulted', 'slash'),
  Unknown: UNKNOWN,
};

const find = <State extends string>(looks: Readonly<Record<State, Look>>, state: string): Look =>
  Object.hasOwn(looks, state) ? looks[state as State] : UNKNOWN;

export type Of = 'job' | 'item' | 'session';

/**
 * The shape and colour of a state. A state that a newer server has is shown as unknown, by its own name.
 * @param isBusiness of a failed queue item: the exception is one of the business
 */
export function lookOf(of: Of, state: string, isBusiness = false): Look {
  if (of === 'job') return find(JOBS, state);
  if (of === 'session') return find(SESSIONS, state);
  return state === 'Failed' && isBusiness ? BUSINESS : find(ITEMS, state);
}
