import type { Dto, Field } from '../contract/fields.ts';
import { type Container, pathOf } from './json-path.ts';
import { DEEPEST } from './parse-json.ts';

/**
 * Says what is wrong with text that is no JSON, where clients know the words of Newtonsoft.Json: message,
 * path, line and position are those that library reports. Where it is more tolerant than JSON (single quotes,
 * comments, `[1,]`, `01`), the nearest of its messages is given: such bodies are refused here all the same.
 *
 * Positions follow its reader: a character that cannot begin a value is reported behind itself where the
 * member's declared type makes it read a text, a number or a boolean, and before itself everywhere else.
 */
export interface JsonFault {
  readonly path: string;
  readonly message: string;
}

/** A value that was read: where it begins, and where it ends. */
export interface JsonPlace {
  readonly path: string;
  readonly start: Point;
  readonly end: Point;
}

export interface Point {
  /** From 1. */
  readonly line: number;
  /** Characters of the line before it. */
  readonly position: number;
}

/** The faults of a text, none where it is JSON. `shape`: what is meant to be read. */
export function explainJson(text: string, shape?: Dto | Field): readonly JsonFault[] {
  try {
    readJson(text, shape);
    return [];
  } catch (error) {
    if (error instanceof Fault) return error.faults;
    throw error;
  }
}

/** Where each value of a valid text stands. */
export function placesOf(text: string): readonly JsonPlace[] {
  const places: JsonPlace[] = [];
  readJson(text, undefined, (place) => places.push(place));
  return places;
}

class Fault extends Error {
  readonly faults: readonly JsonFault[];
  constructor(faults: readonly JsonFault[]) {
    super(faults[0]?.message);
    this.faults = faults;
  }
}

const SPACE = /[ \t\r\n]/;
const NUMBER_PART = /[-+.0-9a-fA-FxX]/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const SHORT_ESCAPES = '"\\/bfnrt';
/** Read by a method of their own there; the others go through the general one. */
const TYPED = new Set<Field['kind']>(['string', 'boolean', 'int32', 'int64', 'double', 'datetime']);

function readJson(text: string, shape?: Dto | Field, visit?: (place: JsonPlace) => void): void {
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const stack: Container[] = [];
  /** Nothing was read in the innermost container yet: its path does not count. */
  let atStart = true;

  const point = (index = at): Point => ({ line, position: index - lineStart });
  const path = (): string => pathOf(stack, !atStart);
  const fault = (what: string, index = at): JsonFault => {
    const { line: row, position } = point(index);
    const shown = index === 0 && stack.length === 0 ? 0 : row;
    return { path: path(), message: `${what} Path '${path()}', line ${shown}, position ${position}.` };
  };
  const fail = (what: string, index = at): never => {
    throw new Fault([fault(what, index)]);
  };
  const unexpected = (character: string): string =>
    `Unexpected character encountered while parsing value: ${character}.`;

  const skipSpace = (): void => {
    while (at < text.length && SPACE.test(text[at]!)) {
      if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) {
        line++;
        lineStart = at + 1;
      }
      at++;
    }
  };

  const readString = (): string => {
    at++;
    for (let result = ''; ; ) {
      const character = text[at];
      if (character === '"') {
        at++;
        return result;
      }
      if (character === undefined || character === '\n' || character === '\r')
        fail('Unterminated string. Expected delimiter: ".');
      if (character! < ' ') fail(unexpected(character!));
      if (character === '\\') result += readEscape();
      else {
        result += character;
        at++;
      }
    }
  };

  const readEscape = (): string => {
    const letter = text[at + 1];
    if (letter === 'u') {
      const digits = text.slice(at + 2, at + 6);
      if (at + 6 > text.length) fail('Unexpected end while parsing Unicode escape sequence.', text.length);
      if (!/^[0-9a-f]{4}$/i.test(digits)) fail(`Invalid Unicode escape sequence: \\u${digits}.`, at + 2);
      at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (letter === undefined) fail('Unterminated string. Expected delimiter: ".', text.length);
    if (!SHORT_ESCAPES.includes(letter!)) fail(`Bad JSON escape sequence: \\${letter}.`, at + 2);
    at += 2;
    return letter!;
  };

  const readNumber = (): void => {
    const start = at;
    while (at < text.length && NUMBER_PART.test(text[at]!)) at++;
    const next = text[at];
    if (next !== undefined && !SPACE.test(next) && !',}])/'.includes(next)) {
      fail(`Unexpected character encountered while parsing number: ${next}.`);
    }
    const number = text.slice(start, at);
    if (NUMBER.test(number)) return;
    // The reader counts such an item before it looks at it.
    const list = stack.at(-1);
    if (list?.isArray) list.index++;
    atStart &&= !list?.isArray;
    fail(`Input string '${number}' is not a valid number.`);
  };

  const readLiteral = (literal: string, name: string, isTyped: boolean): void => {
    for (let i = 0; i < literal.length; i++, at++) {
      if (at >= text.length) fail('Unexpected end when reading JSON.');
      if (text[at] === literal[i]) continue;
      fail(isTyped ? unexpected(text[at]!) : `Error parsing ${name} value.`);
    }
    const next = text[at];
    if (next !== undefined && !SPACE.test(next) && !',}])/'.includes(next))
      fail(isTyped ? unexpected(next) : `Error parsing ${name} value.`);
  };

  /** The reader goes on behind a typed value that it could not read, and may stumble again at once. */
  const failTyped = (character: string): never => {
    const faults = [fault(unexpected(character), at + 1)];
    at++;
    skipSpace();
    const next = text[at];
    if (next !== undefined && !/["'tfnNIu{[\],)/.\d-]/.test(next)) faults.push(fault(unexpected(next)));
    throw new Fault(faults);
  };

  const readValue = (field: Field | undefined, atEnd: string): void => {
    skipSpace();
    const start = point();
    const isTyped = field !== undefined && TYPED.has(field.kind);
    const character = text[at];
    const list = stack.at(-1)?.isArray ? stack.at(-1) : undefined;
    // A container counts as an item when it begins, anything else when it has been read: so do indexes in
    // paths of faults.
    const isContainer = character === '{' || character === '[';
    if (list && isContainer) list.index++;
    if (character === undefined) fail(atEnd);
    else if (character === '{') readObject(field?.dto?.());
    else if (character === '[') readArray(field?.items);
    else if (character === '"') readString();
    else if (character === 'n') readLiteral('null', 'null', false);
    else if (character === 't' && mayBeBoolean(field)) readLiteral('true', 'boolean', isTyped);
    else if (character === 'f' && mayBeBoolean(field)) readLiteral('false', 'boolean', isTyped);
    else if (/[-.\d]/.test(character)) readNumber();
    else if (isTyped) failTyped(character);
    else fail(unexpected(character));
    if (list && !isContainer) list.index++;
    visit?.({ path: pathOf(stack, true), start, end: point() });
  };

  const enter = (container: Container): void => {
    if (stack.length === DEEPEST) fail(`The reader's MaxDepth of ${DEEPEST} has been exceeded.`);
    at++;
    stack.push(container);
    atStart = true;
  };
  const leave = (): void => {
    at++;
    stack.pop();
    atStart = false;
  };
  /** What follows a value in a container: a comma, or its end. Answers whether there is more. */
  const goOn = (end: string, atEnd: string): boolean => {
    atStart = false;
    skipSpace();
    if (at >= text.length) fail(atEnd);
    if (text[at] !== ',' && text[at] !== end)
      fail(`After parsing a value an unexpected character was encountered: ${text[at]}.`);
    if (text[at] === end) return false;
    at++;
    return true;
  };

  const readObject = (declared: Dto | undefined): void => {
    const atEnd = 'Unexpected end when deserializing object.';
    const fields = new Map(Object.entries(declared?.fields ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
    const container: Container = { isArray: false, name: undefined, index: -1 };
    enter(container);
    skipSpace();
    if (text[at] === '}') return leave();
    do {
      skipSpace();
      if (at >= text.length) fail(atEnd);
      if (text[at] !== '"') fail(`Invalid property identifier character: ${text[at]}.`);
      const name = readString();
      skipSpace();
      if (at >= text.length) fail(atEnd);
      if (text[at] !== ':')
        fail(`Invalid character after parsing property name. Expected ':' but got: ${text[at]}.`);
      at++;
      container.name = name;
      atStart = false;
      readValue(fields.get(name.toLowerCase()), `Unexpected end when setting ${name}'s value.`);
    } while (goOn('}', atEnd));
    leave();
  };

  const readArray = (items: Field | undefined): void => {
    const atEnd = 'Unexpected end when deserializing array.';
    enter({ isArray: true, name: undefined, index: -1 });
    skipSpace();
    if (text[at] === ']') return leave();
    do readValue(items, atEnd);
    while (goOn(']', atEnd));
    leave();
  };

  skipSpace();
  if (at >= text.length) throw new Fault([{ path: '', message: 'A non-empty request body is required.' }]);
  const root =
    shape && ('kind' in shape ? shape : ({ kind: 'object', dto: () => shape, options: {} } as Field));
  readValue(root, 'Unexpected end when reading JSON.');
  atStart = false;
  skipSpace();
  if (at < text.length) fail(`Additional text encountered after finished reading JSON content: ${text[at]}.`);
}

const mayBeBoolean = (field: Field | undefined): boolean =>
  field === undefined || !['int32', 'int64', 'double', 'datetime'].includes(field.kind);
