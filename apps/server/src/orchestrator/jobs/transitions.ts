import { constant } from '../../kernel/db/constant.ts';
import { JobState } from './enumerations.ts';

/**
 * The life of a job.
 *
 * A job waits as Pending until a robot takes it. Handing it out changes no state: the robot has a lease, and
 * only its report that the process may start (`run`) makes the job Running. From then on the job belongs to
 * that execution. It ends by that robot's report (`succeed`, `fault`, `stop`), or by the server when the
 * robot is lost (`fault`).
 *
 * People end a job by `softStop` (the process is asked to stop) or `kill` (it is ended). A job that no robot
 * has begun stops at once. A running job waits as Stopping or Terminating until the robot reports how it
 * ended: a process may ignore the request and succeed, and one that ended just before it was killed keeps its
 * own result. A second soft stop changes nothing, and neither does one after a kill.
 *
 * A robot that cannot begin a job (no package, no interpreter) reports `fault` while the job is still
 * Pending. If the reason is its host's (a full disk), it gives the job back, which changes no state either.
 *
 * Suspended and Resumed are for jobs that wait for a person or another job. Robots do not suspend yet, so no
 * transition leads there.
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

/** The state that follows. Undefined if the cause has no transition from this state. */
export const nextState = (state: number, cause: Cause): number | undefined => TRANSITIONS[state]?.[cause];

/** A final state: no transition leaves it. */
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

/**
 * What the state in a robot's report means. Pending gives the job back. Robots report no other
 * states (Suspended, …).
 */
export const CAUSE_OF_REPORT: Readonly<Record<number, Cause>> = {
  [Running]: 'run',
  [Successful]: 'succeed',
  [Faulted]: 'fault',
  [Stopped]: 'stop',
};
