import { ODataError } from './errors.ts';

export interface Part {
  readonly text: string;
  /** Where the part starts in the whole text. */
  readonly at: number;
}

/** Splits at separators outside of quotes and parentheses, and trims the parts. */
export function split(text: string, separator: ',' | ';', option: string): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  const cut = (end: number): void => {
    const part = text.slice(start, end);
    parts.push({ text: part.trim(), at: start + (part.length - part.trimStart().length) });
    start = end + 1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) throw new ODataError(`Syntax error: ')' is not valid at position ${at}.`, option, at);
    if (depth === 0 && character === separator) cut(at);
  }
  if (depth > 0 || quoted)
    throw new ODataError(`Syntax error: the ${option} option is not closed.`, option, text.length);
  cut(text.length);
  return parts;
}
