import { fileURLToPath } from 'node:url';

/** What this machine runs jobs with. */
export type Host = {
  /** Python 3.9 or newer. */
  readonly python: string;
  /** The robot's own Node: what it checks types away from, jobs may be written in as well. */
  readonly node: string;
};

export type CommandLine = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export const pythonHelpers = fileURLToPath(new URL('../helpers/python', import.meta.url));
export const nodeHelpers = fileURLToPath(new URL('../helpers/node', import.meta.url));

/** A runtime that this robot does not have, in a sentence for the job. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
