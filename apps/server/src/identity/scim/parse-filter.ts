import { isStorable } from '../../kernel/contract/read-input.ts';
import { badFilter, ScimError } from './scim-error.ts';

/** A filter of RFC 7644, 3.4.2.2. Paths are plain (`plainPath`). */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'present'; readonly path: string }
  | {
      readonly kind: 'compare';
      readonly path: string;
      readonly operator: Operator;
      readonly value: Value;
    }
  /** `emails[type eq "work"]`: one of the values fits. The paths inside are those of its parts. */
  | { readonly kind: 'within'; readonly path: string; readonly filter: Filter };

export type Operator = (typeof OPERATORS)[number];
export type Value = string | number | boolean | null;

const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

/** How deep parentheses and `not` may be nested in a filter. */
const MOST_NESTED = 200;

const TOKEN = /\s*(?:(\(|\)|\[|\])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/gy;

interface Reader {
  peek(): string | undefined;
  next(): string;
}

function readerOf(text: string): Reader {
  const tokens: string[] = [];
  let depth = 0;
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw badFilter('The filter cannot be read.');
    const token = match[1] ?? match[2] ?? match[3]!;
    if (token === '(' || is(token, 'not')) depth += 1;
    if (depth > MOST_NESTED) throw badFilter(`The filter has more than ${MOST_NESTED} parentheses.`);
    tokens.push(token);
  }
  let at = 0;
  return {
    peek: () => tokens[at],
    next() {
      const token = tokens[at++];
      if (token === undefined) throw badFilter('The filter ends too early.');
      return token;
    },
  };
}

/** Undefined if there is none. */
export function parseFilter(text: string | undefined): Filter | undefined {
  if (!text?.trim()) return undefined;
  const reader = readerOf(text);
  const filter = either(reader);
  if (reader.peek() !== undefined) throw badFilter(`'${reader.peek()}' is not expected.`);
  return filter;
}

/** `emails[type eq "work"].value`: the target of a change in a PATCH. */
export interface Path {
  readonly name: string;
  readonly selects: Filter | undefined;
  /** Behind the brackets, without the dot. */
  readonly part: string | undefined;
}

export function parsePath(text: string): Path {
  try {
    const reader = readerOf(text);
    const name = plainPath(reader.next());
    const selects = reader.peek() === '[' ? bracketed(reader) : undefined;
    const rest = reader.peek() === undefined ? undefined : reader.next();
    if (reader.peek() !== undefined || (rest !== undefined && !/^\.\w+$/.test(rest)) || /[()\]"]/.test(name))
      throw badFilter('');
    return { name, selects, part: rest?.slice(1).toLowerCase() };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new ScimError(400, `The path '${text.slice(0, 200)}' cannot be read.`, 'invalidPath');
  }
}

/** Without the name of the schema, in lower case. */
export const plainPath = (path: string): string =>
  path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:\w+:/i, '').toLowerCase();

function either(reader: Reader): Filter {
  const parts = [both(reader)];
  while (is(reader.peek(), 'or')) {
    reader.next();
    parts.push(both(reader));
  }
  return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
}

function both(reader: Reader): Filter {
  const parts = [single(reader)];
  while (is(reader.peek(), 'and')) {
    reader.next();
    parts.push(single(reader));
  }
  return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
}

function single(reader: Reader): Filter {
  if (is(reader.peek(), 'not')) {
    reader.next();
    return { kind: 'not', part: single(reader) };
  }
  if (reader.peek() === '(') {
    reader.next();
    const inner = either(reader);
    if (reader.next() !== ')') throw badFilter("A ')' is missing.");
    return inner;
  }
  const path = plainPath(reader.next());
  return reader.peek() === '[' ? withinBrackets(reader, path) : comparison(reader, path);
}

const is = (token: string | undefined, word: string): boolean => token?.toLowerCase() === word;

function bracketed(reader: Reader): Filter {
  reader.next();
  const filter = either(reader);
  if (reader.next() !== ']') throw badFilter("A ']' is missing.");
  return filter;
}

/** A part may be compared behind the brackets. The RFC has that in paths only, Entra in filters, too. */
function withinBrackets(reader: Reader, path: string): Filter {
  const inner = bracketed(reader);
  const part = reader.peek()?.startsWith('.') ? plainPath(reader.next().slice(1)) : undefined;
  if (part === undefined) return { kind: 'within', path, filter: inner };
  return { kind: 'within', path, filter: { kind: 'and', parts: [inner, comparison(reader, part)] } };
}

function comparison(reader: Reader, path: string): Filter {
  const operator = reader.next().toLowerCase();
  if (operator === 'pr') return { kind: 'present', path };
  if (!isOperator(operator)) throw badFilter(`The operator '${operator}' is not known.`);
  const value = valueOf(reader.next());
  if (typeof value === 'string' && !isStorable(value))
    throw badFilter(`${path} is compared with a character that nothing stored can hold.`);
  return { kind: 'compare', path, operator, value };
}

const isOperator = (word: string): word is Operator => (OPERATORS as readonly string[]).includes(word);

function valueOf(token: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(token);
  } catch {
    throw badFilter(`${token} is not a value.`);
  }
  if (typeof value === 'object' && value !== null) throw badFilter(`${token} is not a value.`);
  return value as Value;
}
