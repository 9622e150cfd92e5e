import { ODataError } from './errors.ts';
import { GUID } from './guid.ts';

export type TokenType =
  | 'name'
  | 'number'
  | 'string'
  | 'guid'
  | 'date'
  | 'datetime'
  | 'enum'
  | 'alias'
  | 'system'
  | 'punctuation'
  | 'end';

export interface Token {
  readonly type: TokenType;
  /**
   * The meaning of the token: a string without its quotes and with doubled quotes undone;
   * anything else as written.
   */
  readonly text: string;
  /** Only for `enum`: the name before the quote. */
  readonly prefix?: string;
  readonly at: number;
}

// The order matters: a guid may start like a number or a name, and a date like a number. A space before the
// zone is a `+` that the client did not encode: form decoding turned it into a space.
const PATTERNS: readonly (readonly [TokenType, RegExp])[] = [
  ['guid', new RegExp(`${GUID}(?![\\w-])`, 'iy')],
  ['datetime', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,20})?)?(?:Z|[+\- ]\d{2}:\d{2})?(?![\w:])/iy],
  ['date', /\d{4}-\d{2}-\d{2}(?![\w-])/y],
  ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy],
  ['alias', /@[A-Za-z_]\w*/y],
  ['system', /\$[A-Za-z]+/y],
  ['name', /[\p{L}_][\p{L}\p{Nd}_]*(?:\.[\p{L}_][\p{L}\p{Nd}_]*)*/uy],
  ['punctuation', /[()[\],/:*-]/y],
];

/**
 * Reads one token from `from` on. Callers ask for one at a time, so that an invalid text is
 * not read to its end.
 */
export function readToken(text: string, from: number, option: string): Token {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  if (at === text.length) return { type: 'end', text: '', at };
  if (text[at] === "'") return { type: 'string', text: readQuoted(text, at, option), at };
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    if (type === 'name' && text[at + found.length] === "'") {
      return { type: 'enum', text: readQuoted(text, at + found.length, option), prefix: found, at };
    }
    return { type, text: found, at };
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new ODataError(`Syntax error: character '${character}' is not valid at position ${at}.`, option, at);
}

/** Where the token ends in the text. A quoted token is longer in the text than its meaning. */
export function endOf(token: Token): number {
  if (token.type !== 'string' && token.type !== 'enum') return token.at + token.text.length;
  let doubled = 0;
  for (const character of token.text) if (character === "'") doubled += 1;
  return token.at + (token.prefix?.length ?? 0) + token.text.length + doubled + 2;
}

// Without a regular expression: one with an alternative in a loop overflows its stack on megabytes of text.
function readQuoted(text: string, start: number, option: string): string {
  let end = start + 1;
  for (;;) {
    end = text.indexOf("'", end);
    if (end < 0)
      throw new ODataError(`There is an unterminated string literal at position ${start}.`, option, start);
    if (text[end + 1] !== "'") return text.slice(start + 1, end).replaceAll("''", "'");
    end += 2;
  }
}
