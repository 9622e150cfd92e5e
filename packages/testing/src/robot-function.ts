import type { Client } from '@baton/client/client';

/** What a function is told of the job that it does. */
export interface RunningJob {
  /** Input arguments. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly processName: string;
  /** Calls with the rights of the job's account, in the job's folder. */
  readonly client: Client;
  /** Fires when somebody stops the job. */
  readonly signal: AbortSignal;
  /** A line of the job's log. */
  log(message: string, level?: 'Trace' | 'Information' | 'Warning' | 'Error' | 'Critical'): Promise<void>;
}

/** Answers the job's output arguments; what it throws makes the job Faulted. */
export type RobotFunction = (
  job: RunningJob,
) => Readonly<Record<string, unknown>> | void | Promise<Readonly<Record<string, unknown>> | void>;
