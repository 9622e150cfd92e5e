import { parseExactly } from '@baton/nupkg/exact-json';

/**
 * Deeper texts are refused. Nobody sends them, each level costs a frame of the stack when the value is
 * walked, and PostgreSQL gives up at some thousand.
 */
export const DEEPEST = 200;

export class TooDeep extends SyntaxError {
  constructor() {
    super(`is nested deeper than ${DEEPEST} levels`);
  }
}

/**
 * The value of a JSON text from outside, whichever way it comes. Free JSON keeps the digits of its numbers.
 * What is declared as a number becomes a double in contract/read-input.ts. Throws a SyntaxError if it is no
 * JSON, or too deep.
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new TooDeep();
  return parseExactly(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** For a text that is no JSON, the answer means nothing. Takes about 1 ms for a megabyte. */
function isTooDeep(text: string): boolean {
  if (text.length <= DEEPEST) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > DEEPEST) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  return false;
}

/** Where the string's last quote is. Uses native search, because most of a text is strings. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    if (at < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
}
