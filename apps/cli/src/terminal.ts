import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** A stream, and whether it is a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** All output of a command goes through here. */
export interface Terminal {
  /** Whether programs read standard output. If so, only `data` writes to it. */
  readonly json: boolean;
  /** Prints a line of the result for people, to standard output. */
  say(line?: string): void;
  /** Prints the result, or one of several events, for programs: a line of JSON on standard output. */
  data(value: unknown): void;
  /** Prints a line that is not part of the result, for people, to standard error. */
  note(line: string): void;
  /** Shows on a terminal what the command waits for. The next line replaces it; `undefined` removes it. */
  progress(what: string | undefined): void;
  /** Adds colours if standard output is a terminal and NO_COLOR is not set. */
  paint(style: Style, text: string): string;
}

const ERASE = '\r\u001b[2K';

export function openTerminal(stdout: Output, stderr: Output, json: boolean): Terminal {
  let inProgress = false;
  const erase = (): void => {
    if (inProgress) stderr.write(ERASE);
    inProgress = false;
  };
  return {
    json,
    say(line = '') {
      if (json) return;
      erase();
      stdout.write(`${line}\n`);
    },
    data(value) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    note(line) {
      erase();
      stderr.write(`${line}\n`);
    },
    progress(what) {
      if (!stderr.isTTY) return;
      erase();
      if (what !== undefined) stderr.write(what);
      inProgress = what !== undefined;
    },
    paint: (style, text) => styleText(style, text, { stream: stdout as NodeJS.WriteStream }),
  };
}
