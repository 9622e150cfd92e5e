import { randomBytes } from 'node:crypto';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** A stream, and whether it is a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * All output of a command goes through here. What it prints may come from jobs and servers, so control
 * characters are shown and never reach the terminal: see `shown`.
 */
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

const ESCAPE = '\u001b';
const ERASE = `\r${ESCAPE}[2K`;

/**
 * Everything by which a text could make a terminal do something (move, colour, answer, set a title), look
 * like other lines, or change the order of other characters. Line ends and tabs stay.
 */
const CONTROL = /(?![\n\t])\p{Cc}|[\u2028-\u202e\u2066-\u2069]/gu;

const hex = (character: string, digits: number): string =>
  character.charCodeAt(0).toString(16).padStart(digits, '0');

/** The text with its control characters written out: `\x1b`, `\u202e`. */
export const shown = (text: string): string =>
  text.replace(CONTROL, (found) => (found < '\u0100' ? `\\x${hex(found, 2)}` : `\\u${hex(found, 4)}`));

export function openTerminal(stdout: Output, stderr: Output, json: boolean): Terminal {
  // Stands for the escapes of `paint` until a text is printed. No job can guess it.
  const own = randomBytes(16).toString('hex');
  const safe = (text: string): string => text.split(own).map(shown).join(ESCAPE);
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
      stdout.write(`${safe(line)}\n`);
    },
    data(value) {
      if (!json) return;
      // JSON.stringify does not escape all of them. Programs read the same value.
      const text = JSON.stringify(value).replace(CONTROL, (found) => `\\u${hex(found, 4)}`);
      stdout.write(`${text}\n`);
    },
    note(line) {
      erase();
      stderr.write(`${safe(line)}\n`);
    },
    progress(what) {
      if (!stderr.isTTY) return;
      erase();
      if (what !== undefined) stderr.write(safe(what));
      inProgress = what !== undefined;
    },
    paint: (style, text) => {
      const [before = '', after = ''] = styleText(style, own, { stream: stdout as NodeJS.WriteStream }).split(
        own,
      );
      return `${before.replaceAll(ESCAPE, own)}${text}${after.replaceAll(ESCAPE, own)}`;
    },
  };
}
