import type { Client } from '@baton/client/client';
import { getJob, getJobByKey, type JobDto, type StartProcessDto, startJobs } from '@baton/contract/jobs';
import { parseExactly } from '@baton/nupkg/exact-json';
import { normalizeGuid } from '@baton/nupkg/stable-id';
import { EXIT, Failure } from '../failure.ts';

/** The exit codes of `job start --wait`. Any other state is not a final one. */
const EXIT_OF_STATE: Readonly<Record<string, number>> = {
  Successful: EXIT.success,
  Faulted: EXIT.failed,
  Stopped: EXIT.stopped,
};

export const isFinal = ({ State }: JobDto): boolean => State in EXIT_OF_STATE;
export const exitCodeOf = ({ State }: JobDto): number => EXIT_OF_STATE[State] ?? EXIT.interrupted;

/** Starts one job; `input` is an object. */
export async function startJob(
  client: Client,
  releaseKey: string,
  input: object | undefined,
  more: Omit<StartProcessDto, 'ReleaseKey' | 'InputArguments'> = {},
): Promise<JobDto> {
  const startInfo = {
    ReleaseKey: releaseKey,
    JobsCount: 1,
    ...more,
    ...(input && { InputArguments: JSON.stringify(input) }),
  };
  const { value } = await client.call(startJobs, { body: { startInfo } });
  return value[0]!;
}

/** Finds a job by its key or id. */
export async function findJob(client: Client, idOrKey: string): Promise<JobDto> {
  const identifier = normalizeGuid(idOrKey);
  if (identifier) return client.call(getJobByKey, { identifier });
  if (/^\d{1,15}$/.test(idOrKey)) return readJob(client, Number(idOrKey));
  throw new Failure(`'${idOrKey}' is neither the key nor the id of a job.`, EXIT.usage);
}

export const readJob = (client: Client, id: number, signal?: AbortSignal): Promise<JobDto> =>
  client.call(getJob, { key: id }, { signal });

/** Output arguments as an object; null where there are none. */
export const outputOf = ({ OutputArguments }: JobDto): Record<string, unknown> | null =>
  OutputArguments ? (parseExactly(OutputArguments) as Record<string, unknown>) : null;
