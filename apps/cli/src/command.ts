import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** A command as data. The parser and the help derive from it. */
export interface Command {
  /** The name as people type it: `job start`. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the usage. */
  readonly details?: readonly string[];
  readonly argument?: { readonly name: string; readonly help: string; readonly isRequired: boolean };
  readonly options: readonly Option[];
  /** Whether it calls a server as a client, and so takes URL, credentials and folder. */
  readonly isClient?: boolean;
  readonly sections?: readonly Section[];
  /** Which settings of the server its help lists, matched against the names of their variables. */
  readonly settings?: RegExp;
  readonly examples: readonly Example[];
  /** Loads the code only when the command runs, so that help and errors stay quick. */
  readonly load: () => Promise<{ readonly execute: Execute }>;
}

export interface Option {
  readonly name: string;
  /** The placeholder of the value in the help, such as `SECONDS`. Absent for a switch. */
  readonly value?: string;
  /** It may be given several times, or with commas between its values. */
  readonly isList?: boolean;
  /** It may be given several times. Commas belong to its value. */
  readonly isRepeatable?: boolean;
  /** The short form, one letter. */
  readonly short?: string;
  readonly help: string;
  /** The default that the help shows. The command itself applies it. */
  readonly default?: string;
}

/** A table with a title. */
export interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, help: string])[];
}

export interface Example {
  readonly line: string;
  readonly what: string;
}

/** Answers the exit code. */
export type Execute = (call: Invocation) => Promise<number>;

/** A parsed command line. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly argument: string | undefined;
  text(option: string): string | undefined;
  flag(option: string): boolean;
  /** The values of an option that is a list. Undefined if it is not given. */
  list(option: string): readonly string[] | undefined;
  /** The values of an option that may be given several times. */
  each(option: string): readonly string[];
  /** Throws UsageError unless the value is a whole number from `min` to `max`. */
  whole(option: string, min: number, max: number): number | undefined;
}
