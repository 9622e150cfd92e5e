import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject } from './json.ts';

/**
 * A small reader of TOML, enough for every `pyproject.toml` that we know: tables, arrays of tables, dotted
 * keys, all four kinds of text, arrays over several lines, inline tables. Numbers and dates other than plain
 * decimals stay texts. It does not notice a table that is defined twice.
 * @throws InvalidPackage (`PackageMetadataExtract`) that names the line it does not understand
 */
export function parseToml(text: string, file: string): JsonObject {
  const scanner = { text: text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), at: 0, file, depth: 0 };
  const root = emptyTable();
  let table = root;
  for (;;) {
    skipBlank(scanner, true);
    if (scanner.at >= scanner.text.length) return root;
    if (take(scanner, '[[')) {
      table = newInArray(scanner, root, readKey(scanner));
      expect(scanner, ']]');
    } else if (take(scanner, '[')) {
      table = descend(scanner, root, readKey(scanner));
      expect(scanner, ']');
    } else {
      readPair(scanner, table);
    }
    skipBlank(scanner, false);
    if (scanner.at < scanner.text.length) expect(scanner, '\n');
  }
}

type Scanner = { readonly text: string; readonly file: string; at: number; depth: number };

/** Without a prototype, `__proto__` is a key like any other. */
function emptyTable(): JsonObject {
  return Object.create(null) as JsonObject;
}

function readPair(scanner: Scanner, table: JsonObject): void {
  const key = readKey(scanner);
  expect(scanner, '=');
  skipBlank(scanner, false);
  const name = key.at(-1) ?? '';
  const holder = descend(scanner, table, key.slice(0, -1));
  if (name in holder) throw misunderstood(scanner, `the key ${name} is there twice`);
  holder[name] = readValue(scanner);
}

function readKey(scanner: Scanner): string[] {
  const key: string[] = [];
  do {
    skipBlank(scanner, false);
    const quote = scanner.text[scanner.at];
    if (quote === '"' || quote === "'") key.push(readText(scanner));
    else key.push(match(scanner, /[A-Za-z0-9_-]+/y) ?? fail(scanner, 'a key was expected'));
    skipBlank(scanner, false);
  } while (take(scanner, '.'));
  return key;
}

function readValue(scanner: Scanner): unknown {
  if (scanner.depth > 64) throw misunderstood(scanner, 'it is nested too deep');
  const first = scanner.text[scanner.at];
  if (first === '"' || first === "'") return readText(scanner);
  if (first === '[') return readArray(scanner);
  if (first === '{') return readInlineTable(scanner);
  const word = match(scanner, /[^\s,#\]}]+(?: \d\d:[^\s,#\]}]+)?/y) ?? fail(scanner, 'a value was expected');
  if (word === 'true' || word === 'false') return word === 'true';
  return /^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(word) ? Number(word) : word;
}

function readArray(scanner: Scanner): unknown[] {
  const values: unknown[] = [];
  expect(scanner, '[');
  scanner.depth++;
  for (;;) {
    skipBlank(scanner, true);
    if (take(scanner, ']')) break;
    values.push(readValue(scanner));
    skipBlank(scanner, true);
    if (take(scanner, ',')) continue;
    expect(scanner, ']');
    break;
  }
  scanner.depth--;
  return values;
}

function readInlineTable(scanner: Scanner): JsonObject {
  const table = emptyTable();
  expect(scanner, '{');
  scanner.depth++;
  for (;;) {
    skipBlank(scanner, true);
    if (take(scanner, '}')) break;
    readPair(scanner, table);
    skipBlank(scanner, true);
    if (take(scanner, ',')) continue;
    expect(scanner, '}');
    break;
  }
  scanner.depth--;
  return table;
}

function readText(scanner: Scanner): string {
  for (const quote of ['"""', "'''"]) {
    if (!take(scanner, quote)) continue;
    const pattern = quote === '"""' ? /((?:[^\\"]|\\[^]|"(?!""))*)"""("{0,2})/y : /([^]*?)'''('{0,2})/y;
    const found = matchGroups(scanner, pattern) ?? fail(scanner, `the closing ${quote} is missing`);
    const body = `${found[1] ?? ''}${found[2] ?? ''}`.replace(/^\n/, '');
    return quote === '"""' ? unescape(scanner, body.replace(/\\[ \t]*\n\s*/g, '')) : body;
  }
  const literal = scanner.text[scanner.at] === "'";
  const pattern = literal ? /'([^'\n]*)'/y : /"((?:[^\\"\n]|\\.)*)"/y;
  const found = matchGroups(scanner, pattern) ?? fail(scanner, 'the closing quote is missing');
  return literal ? (found[1] ?? '') : unescape(scanner, found[1] ?? '');
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b' };

function unescape(scanner: Scanner, text: string): string {
  return text.replace(/\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)/gs, (_, code: string) => {
    if (code === '"' || code === '\\') return code;
    const plain = ESCAPES[code];
    if (plain !== undefined) return plain;
    const point = code.length > 1 ? Number.parseInt(code.slice(1), 16) : Number.NaN;
    if (!(point <= 0x10ffff)) throw misunderstood(scanner, `\\${code} is not an escape`);
    return String.fromCodePoint(point);
  });
}

/** The table under a key, made where it is not there; in an array of tables, the last one. */
function descend(scanner: Scanner, from: JsonObject, key: readonly string[]): JsonObject {
  let table = from;
  for (const name of key) {
    table[name] ??= emptyTable();
    const held = table[name];
    const next = Array.isArray(held) ? held.at(-1) : held;
    if (!isObject(next)) throw misunderstood(scanner, `${name} is a value, not a table`);
    table = next;
  }
  return table;
}

function newInArray(scanner: Scanner, root: JsonObject, key: readonly string[]): JsonObject {
  const name = key.at(-1) ?? '';
  const holder = descend(scanner, root, key.slice(0, -1));
  holder[name] ??= [];
  const list = holder[name];
  if (!Array.isArray(list)) throw misunderstood(scanner, `${name} is not an array of tables`);
  const table = emptyTable();
  list.push(table);
  return table;
}

function skipBlank(scanner: Scanner, lines: boolean): void {
  match(scanner, lines ? /(?:\s|#[^\n]*)*/y : /[ \t]*(?:#[^\n]*)?/y);
}

function take(scanner: Scanner, text: string): boolean {
  if (!scanner.text.startsWith(text, scanner.at)) return false;
  scanner.at += text.length;
  return true;
}

function expect(scanner: Scanner, text: string): void {
  if (!take(scanner, text)) throw misunderstood(scanner, `${JSON.stringify(text)} was expected`);
}

function match(scanner: Scanner, pattern: RegExp): string | null {
  return matchGroups(scanner, pattern)?.[0] ?? null;
}

function matchGroups(scanner: Scanner, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scanner.at;
  const found = pattern.exec(scanner.text);
  if (found) scanner.at = pattern.lastIndex;
  return found;
}

function fail(scanner: Scanner, problem: string): never {
  throw misunderstood(scanner, problem);
}

function misunderstood(scanner: Scanner, problem: string): InvalidPackage {
  const line = scanner.text.slice(0, scanner.at).split('\n').length;
  return new InvalidPackage('PackageMetadataExtract', `${scanner.file} line ${line}`, problem);
}
