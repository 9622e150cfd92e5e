import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** A command as data: parsing and help derive from it. */
export interface Command {
  /** As it is written: `job start`. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the usage. */
  readonly details?: readonly string[];
  readonly argument?: { readonly name: string; readonly help: string; readonly isRequired: boolean };
  readonly options: readonly Option[];
  /** Talks to a server as a client: takes URL, credentials and folder. */
  readonly isClient?: boolean;
  readonly sections?: readonly Section[];
  /** Which of the server's settings its help lists, by the names of their variables. */
  readonly settings?: RegExp;
  readonly examples: readonly Example[];
  /** The code is read when the command is run: help and errors stay quick. */
  readonly load: () => Promise<{ readonly execute: Execute }>;
}

export interface Option {
  readonly name: string;
  /** What stands for the value in help, e.g. `SECONDS`. Absent: a switch. */
  readonly value?: string;
  /** One letter, for those who write it so. */
  readonly short?: string;
  readonly help: string;
  /** As help tells it; the command applies it. */
  readonly default?: string;
}

/** A table under a title. */
export interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, help: string])[];
}

export interface Example {
  readonly line: string;
  readonly what: string;
}

/** Answers what to exit with. */
export type Execute = (call: Invocation) => Promise<number>;

/** A command line that was understood. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly argument: string | undefined;
  text(option: string): string | undefined;
  flag(option: string): boolean;
  /** Throws UsageError for what is no whole number between the two. */
  whole(option: string, min: number, max: number): number | undefined;
}
