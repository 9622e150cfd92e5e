import { fileURLToPath } from 'node:url';

/**
 * The interpreters that this machine runs jobs with, as they describe themselves. A job runs with exactly the
 * program that answered, and not with a shim in front of it that may choose another one in another folder.
 */
export type Host = {
  /**
   * The absolute path of the Python interpreter itself. Where none answered it is what the robot was given,
   * and `pythonVersion` is null.
   */
  readonly python: string;
  /** Such as `3.12.4`. Jobs need 3.9 or newer. */
  readonly pythonVersion: string | null;
  /**
   * The version of Robot Framework that this Python finds without help from a package; null if it has none.
   */
  readonly robotFramework: string | null;
  /** The robot's own Node. Jobs may be written in TypeScript too, because this Node strips types. */
  readonly node: string;
  readonly nodeVersion: string;
};

export type CommandLine = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isToolRun?: boolean;
  /**
   * How many of the arguments say no more than how jobs of this kind are started: with only these the program
   * waits for its job (see `Ahead`). None if it cannot.
   */
  readonly ahead?: number;
};

/** A program that can be started before its job is known, and then waits for it: see `start-ahead.ts`. */
export type Ahead = {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside what all jobs inherit. */
  readonly env: Readonly<Record<string, string>>;
};

export const pythonHelpers = fileURLToPath(new URL('../helpers/python', import.meta.url));
export const nodeHelpers = fileURLToPath(new URL('../helpers/node', import.meta.url));

/** This robot lacks the runtime of the job. The message is a sentence for the job. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
