import { join } from 'node:path';
import type { JobState } from '@baton/contract/enumerations';
import { readJson, readText } from './durable.ts';
import { type Exit, files, type JobFolder } from './journal.ts';
import { isRecord } from './wire.ts';

export type Outcome = {
  readonly state: Extract<JobState, 'Successful' | 'Faulted' | 'Stopped'>;
  readonly info?: string;
  readonly output?: string;
  /** The id of the file with the output arguments, if they are too long for the report. */
  readonly outputFile?: string;
  readonly exitCode?: number | null;
};

const MAX_INFO = 10_000;

/** A job's end, from the end of its process: see the last part of PROTOCOL.md, "What the process finds". */
export function outcomeOf(job: JobFolder, exit: Exit): Outcome {
  const { exitCode } = exit;
  const output = readOutput(join(job.path, files.output));
  const faulted = (why: string, ...more: string[]): Outcome => ({
    state: 'Faulted',
    info: [why, ...more].filter(Boolean).join('\n').slice(0, MAX_INFO),
    output: output.json,
    exitCode,
  });
  const stopped = (): Outcome => ({
    state: 'Stopped',
    info: exit.reason ?? undefined,
    output: output.json,
    exitCode,
  });

  if (exit.killed) return stopped();
  if (exit.error) return faulted(exit.error, exit.stderrTail);
  // A shell exits with 143 if SIGTERM ended its child.
  const endedByStop = exit.signal === 'SIGTERM' || exitCode === 143;
  if (exit.stopAsked && endedByStop) return stopped();
  if (exit.fault) return faulted(exit.fault);
  if (exitCode !== 0) {
    const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exitCode}`;
    return faulted(`The process ${how}`, exit.stderrTail);
  }
  if (output.problem) return faulted(output.problem);
  const acknowledged = readJson(join(job.path, files.stopped));
  if (exit.stopAsked && isRecord(acknowledged) && acknowledged['stopped'] === true) return stopped();
  return { state: 'Successful', output: output.json, exitCode };
}

/** No limit of size here: the server decides what it accepts. */
function readOutput(file: string): { json?: string; problem?: string } {
  const text = readText(file)?.trim();
  if (!text) return {};
  try {
    // The text is kept as written, with all digits.
    if (isRecord(JSON.parse(text))) return { json: text };
    return { problem: 'The output arguments are no JSON object' };
  } catch {
    return { problem: 'The output arguments are not valid JSON' };
  }
}
