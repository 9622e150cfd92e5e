import type { Client } from '@baton/client/client';
import { parseExactly } from '@baton/nupkg/exact-json';
import { normalizeGuid } from '@baton/nupkg/stable-id';
import { getJob, getJobByKey, startJobs } from '@baton/server/orchestrator/jobs/contract';
import { EXIT, Failure } from '../failure.ts';

export interface Job {
  readonly Id: number;
  readonly Key: string;
  readonly State: string;
  readonly ReleaseName: string | null;
  readonly Info: string | null;
  readonly HostMachineName: string | null;
  readonly CreationTime: string;
  readonly StartTime: string | null;
  readonly EndTime: string | null;
  /** JSON text. */
  readonly OutputArguments: string | null;
}

/** What `job start --wait` exits with. Any other state is not the last one. */
const EXIT_OF_STATE: Readonly<Record<string, number>> = {
  Successful: EXIT.success,
  Faulted: EXIT.failed,
  Stopped: EXIT.stopped,
};

export const isFinal = ({ State }: Job): boolean => State in EXIT_OF_STATE;
export const exitCodeOf = ({ State }: Job): number => EXIT_OF_STATE[State] ?? EXIT.interrupted;

/** Starts one job; `input` is an object. */
export async function startJob(client: Client, releaseKey: string, input: object | undefined): Promise<Job> {
  const startInfo = {
    ReleaseKey: releaseKey,
    JobsCount: 1,
    ...(input && { InputArguments: JSON.stringify(input) }),
  };
  const { value } = (await client.call(startJobs, { body: { startInfo } })) as { value: Job[] };
  return value[0]!;
}

/** By key, or by id. */
export async function findJob(client: Client, idOrKey: string): Promise<Job> {
  const identifier = normalizeGuid(idOrKey);
  if (identifier) return (await client.call(getJobByKey, { identifier })) as Job;
  if (/^\d{1,15}$/.test(idOrKey)) return readJob(client, Number(idOrKey));
  throw new Failure(`'${idOrKey}' is neither the key nor the id of a job.`, EXIT.usage);
}

export const readJob = async (client: Client, id: number, signal?: AbortSignal): Promise<Job> =>
  (await client.call(getJob, { key: id }, { signal })) as Job;

/** Output arguments as an object; null where there are none. */
export const outputOf = ({ OutputArguments }: Job): Record<string, unknown> | null =>
  OutputArguments ? (parseExactly(OutputArguments) as Record<string, unknown>) : null;
