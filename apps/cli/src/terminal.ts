import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** A stream, and whether a person looks at it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Everything that a command says goes through here. */
export interface Terminal {
  /** Whether programs read standard output: then only `data` writes to it. */
  readonly json: boolean;
  /** A line of the result, for people: standard output. */
  say(line?: string): void;
  /** The result, or one event of several, for programs: a line of JSON on standard output. */
  data(value: unknown): void;
  /** A line beside the result, for people: standard error. */
  note(line: string): void;
  /** What is being waited for, on a terminal only; the next line replaces it, and so does `undefined`. */
  progress(what: string | undefined): void;
  /** Colours, where standard output is a terminal and NO_COLOR is not set. */
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
