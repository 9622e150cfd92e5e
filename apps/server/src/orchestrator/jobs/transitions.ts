import { constant } from '../../kernel/db/constant.ts';
import { JobState } from './enumerations.ts';

/**
 * The life of a job.
 *
 * A job waits as Pending until a robot takes it. Handing it out changes no state: the robot has a lease, and
 * only its report that the process may start (`run`) makes the job Running. From then on it belongs to that
 * one execution for ever, so it ends by that robot's report (`succeed`, `fault`, `stop`) or by the server's,
 * when the robot is lost (`fault`).
 *
 * People end it by `softStop` (the process is asked) or `kill` (it is ended). What no robot has begun stops
 * at once. What runs waits as Stopping or Terminating for the robot to say how it ended: a process may ignore
 * the request and succeed, and one that ended just before it was killed has ended as it says. A second soft
 * stop changes nothing, and neither does one after a kill.
 *
 * A robot that cannot even begin (no package, no interpreter) reports `fault` for a job that is still
 * Pending. Where the reason is its host's (a full disk), it gives the job back instead, which changes no
 * state either.
 *
 * Suspended and Resumed are for jobs that wait for a person or another job; robots do not suspend yet, so
 * nothing leads there.
 */
export type Cause = 'run' | 'succeed' | 'fault' | 'stop' | 'softStop' | 'kill' | 'resume';

const { Pending, Running, Stopping, Terminating, Faulted, Successful, Stopped, Suspended, Resumed } =
  JobState;

const ended = { succeed: Successful, fault: Faulted, stop: Stopped } as const;

const TRANSITIONS: Readonly<Record<number, Partial<Record<Cause, number>>>> = {
  [Pending]: { run: Running, fault: Faulted, softStop: Stopped, kill: Stopped },
  [Running]: { ...ended, softStop: Stopping, kill: Terminating },
  [Stopping]: { ...ended, softStop: Stopping, kill: Terminating },
  [Terminating]: { ...ended, softStop: Terminating, kill: Terminating },
  [Suspended]: { resume: Resumed, softStop: Stopped, kill: Stopped },
  [Resumed]: { run: Running, fault: Faulted, softStop: Stopped, kill: Stopped },
  [Faulted]: {},
  [Successful]: {},
  [Stopped]: {},
};

/** The state that follows, or undefined where the cause means nothing. */
export const nextState = (state: number, cause: Cause): number | undefined => TRANSITIONS[state]?.[cause];

/** No transition leads out of it. */
export const isFinal = (state: number): boolean => Object.keys(TRANSITIONS[state] ?? {}).length === 0;

/** A process may exist, and succeed. */
export const isInExecution = (state: number): boolean => nextState(state, 'succeed') !== undefined;

const statesThat = (fulfil: (state: number) => boolean) =>
  constant(Object.keys(TRANSITIONS).map(Number).filter(fulfil));

/** For statements: `state not in ${FINAL}` is whatever has not ended, waiting or running. */
export const FINAL = statesThat(isFinal);
export const IN_EXECUTION = statesThat(isInExecution);
/** Has not ended, and needs what starts a process: none exists. */
export const WITHOUT_PROCESS = statesThat((state) => !isFinal(state) && !isInExecution(state));
export const PENDING = constant(Pending);

/** What a robot's report means. Pending gives back; others (Suspended, …) are not for a robot to report. */
export const CAUSE_OF_REPORT: Readonly<Record<number, Cause>> = {
  [Running]: 'run',
  [Successful]: 'succeed',
  [Faulted]: 'fault',
  [Stopped]: 'stop',
};
