import type { Client } from '@baton/client/client';

/** What a function learns about the job that it runs. */
export interface RunningJob {
  /** Input arguments. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly processName: string;
  /** A client with the rights of the job's account, in the job's folder. */
  readonly client: Client;
  /** Fires when somebody stops the job. */
  readonly signal: AbortSignal;
  /** Writes a line to the job's log. */
  log(message: string, level?: 'Trace' | 'Information' | 'Warning' | 'Error' | 'Critical'): Promise<void>;
}

/** Returns the job's output arguments. If it throws, the job ends as Faulted. */
export type RobotFunction = (
  job: RunningJob,
) => Readonly<Record<string, unknown>> | void | Promise<Readonly<Record<string, unknown>> | void>;
