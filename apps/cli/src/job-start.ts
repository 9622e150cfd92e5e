import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Client } from '@baton/client/client';
import { getJobByKey, type JobDto } from '@baton/contract/jobs';
import { isExactNumber, parseExactly } from '@baton/nupkg/exact-json';
import { exitCodeOf, isFinal, outputOf, startJob } from './api/jobs.ts';
import { needRelease } from './api/releases.ts';
import { readFiles, uploadFiles } from './attach-files.ts';
import type { Execute, Invocation } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure, UsageError } from './failure.ts';
import { followJob } from './follow-job.ts';
import { limitsOf } from './limit-options.ts';
import { printer } from './print-job.ts';
import { stopSignal } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

/** The time in which a server may restart. */
const PATIENCE_MS = 60_000;
const MOST_SECONDS = 2_000_000;

export const execute: Execute = async (call) => {
  const { terminal, argument, flag } = call;
  const seconds = call.whole('timeout', 1, MOST_SECONDS);
  if (seconds !== undefined && !flag('wait')) throw new UsageError('--timeout is for --wait.');
  const input = await readInput(call);
  const files = await readFiles(call.each('attach'), call.cwd);
  const { client } = await connect(call);
  const release = await needRelease(client, argument!);
  const job = await startJob(client, release.Key, input, {
    ...limitsOf(call),
    Requires: call.list('requires'),
    Attachments: files.length > 0 ? await uploadFiles(client, files) : undefined,
  });
  terminal.say(`${release.Name} ${release.ProcessVersion} is started: job ${job.Id}, ${job.Key}`);
  if (!flag('wait')) {
    terminal.data({ id: job.Id, key: job.Key, process: release.Name, state: job.State });
    return EXIT.success;
  }
  terminal.data({ event: 'started', id: job.Id, key: job.Key, process: release.Name });
  const patient = await connect(call, {
    patienceMs: PATIENCE_MS,
    onAway: (isAway) =>
      terminal.note(isAway ? 'The server is away, waiting for it …' : 'The server is back.'),
  });
  return wait(patient.client, job, terminal, seconds);
};

async function wait(
  client: Client,
  job: JobDto,
  terminal: Terminal,
  seconds: number | undefined,
): Promise<number> {
  const asked = stopSignal();
  const timeUp = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
  const signal = timeUp ? AbortSignal.any([asked, timeUp]) : asked;
  try {
    const ended = await followAttempts(client, job, terminal, signal);
    tellResult(terminal, ended);
    return exitCodeOf(ended);
  } catch (error) {
    if (!signal.aborted) throw error;
    const reason = timeUp?.aborted && !asked.aborted ? `Time is up after ${seconds} s` : 'Interrupted';
    if (!terminal.json) terminal.note(`${reason}. The job goes on: baton job logs ${job.Id} --follow`);
    terminal.data({ event: 'left', id: job.Id, key: job.Key, reason });
    return EXIT.interrupted;
  }
}

/** A job that is run again ends with its last attempt. */
async function followAttempts(
  client: Client,
  job: JobDto,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<JobDto> {
  for (let current = job; ; ) {
    const ended = await followJob(client, current, printer(terminal), signal);
    if (!ended.NextJobKey) return ended;
    current = await client.call(getJobByKey, { identifier: ended.NextJobKey }, { signal });
    terminal.say(`It is run again as job ${current.Id}, ${current.Key}.`);
    terminal.data({ event: 'retried', id: current.Id, key: current.Key, attempt: current.Attempt });
  }
}

/** Prints the end of a job, for people and for programs. */
export function tellResult(terminal: Terminal, job: JobDto): void {
  const output = outputOf(job);
  if (output) terminal.say(`Output: ${JSON.stringify(output, null, 2)}`);
  else if (job.OutputFile) terminal.say(`Output: a file, because it is long: baton job files ${job.Id}`);
  const { Id: id, Key: key, State: state, Info: info, StartTime: startTime, EndTime: endTime } = job;
  if (isFinal(job)) terminal.data({ event: 'result', id, key, state, info, output, startTime, endTime });
}

async function readInput({ text, cwd, stdin }: Invocation): Promise<object | undefined> {
  const given = text('input');
  if (given === undefined) return undefined;
  const json =
    given === '@-'
      ? await readAll(stdin)
      : given.startsWith('@')
        ? await readInputFile(resolve(cwd, given.slice(1)))
        : given;
  let value: unknown;
  try {
    value = parseExactly(json);
  } catch (error) {
    throw new UsageError(`--input is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isExactNumber(value))
    throw new UsageError('--input is not a JSON object.');
  return value;
}

async function readInputFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`--input: ${file}: ${(error as Error).message}`, EXIT.usage);
  }
}
