import { parseExactly } from './exact-json.ts';

/**
 * Parses a JSON text that may contain comments and trailing commas. Newtonsoft.Json reads these, and people
 * write them in `project.json`.
 * @throws SyntaxError, with the position in the original text
 */
export function parseTolerantly(text: string): unknown {
  try {
    return parseExactly(text);
  } catch (error) {
    if (!/[/,]/.test(text)) throw error;
  }
  return parseExactly(blankOut(text));
}

/**
 * Replaces comments and trailing commas by blanks, so that positions stay the same. It is one pass without
 * regular expressions, because those that tell strings from comments backtrack in long files.
 */
function blankOut(text: string): string {
  const letters = text.split('');
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (!/[\n\r]/.test(letters[at]!)) letters[at] = ' ';
  };
  let comma: number | undefined;
  let before = ':';
  for (let at = 0; at < text.length; at++) {
    const pair = text.slice(at, at + 2);
    if (pair === '//' || pair === '/*') {
      const end = endOfComment(text, at, pair);
      blank(at, end);
      at = end - 1;
    } else if (!/\s/.test(text[at]!)) {
      if (comma !== undefined && (text[at] === ']' || text[at] === '}')) letters[comma] = ' ';
      // A comma that follows no value is an error, not a trailing comma.
      comma = text[at] === ',' && !'[{,:'.includes(before) ? at : undefined;
      before = text[at]!;
      if (text[at] === '"') at = endOfString(text, at);
    }
  }
  return letters.join('');
}

function endOfComment(text: string, at: number, begin: string): number {
  const end = begin === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2);
  if (end < 0) return text.length;
  return begin === '//' ? end : end + 2;
}

/** The position of its closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
