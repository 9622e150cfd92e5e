import { fileURLToPath } from 'node:url';

/** The interpreters that this machine runs jobs with. */
export type Host = {
  /** Python 3.9 or newer. */
  readonly python: string;
  /** The robot's own Node. Jobs may be written in TypeScript too, because this Node strips types. */
  readonly node: string;
};

export type CommandLine = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export const pythonHelpers = fileURLToPath(new URL('../helpers/python', import.meta.url));
export const nodeHelpers = fileURLToPath(new URL('../helpers/node', import.meta.url));

/** This robot lacks the runtime of the job. The message is a sentence for the job. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
