import { type ExactNumber, isExactNumber, toDouble } from '@baton/nupkg/exact-json';
import { readGuid } from '@baton/odata/guid';
import { readInstant } from '@baton/odata/instant';
import { invalid, mustNotBeNull, notFound } from '../errors.ts';
import type { Dto, Field, Fields } from './fields.ts';
import { asName } from './name.ts';

/**
 * Reads bodies and parameters in the API's dialect, which no schema library supports: member names in any
 * case, unknown members ignored (clients of newer versions send more), enumerations by name or number, and
 * null wherever a value is not required. It refuses wrong types and exceeded limits with a 400 that names the
 * member by its path.
 */
type Reader = (value: unknown, path: string) => unknown;

const readers = new WeakMap<Field, Reader>();
const objectReaders = new WeakMap<Fields, Reader>();

function readField(field: Field, value: unknown, path: string): unknown {
  let reader = readers.get(field);
  if (!reader) readers.set(field, (reader = readerOf(field)));
  if (value === null || value === undefined) {
    if (field.options.required) throw invalid(path, 'is required');
    return value;
  }
  // Only free JSON, and text that is given as a number, keep more digits than a double has.
  return reader(
    typeof value === 'object' && isExactNumber(value) ? declaredNumber(field, value) : value,
    path,
  );
}

function declaredNumber({ kind }: Field, value: ExactNumber): unknown {
  if (kind === 'any') return value;
  return kind === 'string' ? value.rawJSON : toDouble(value);
}

/** `parameter` is the name of the body in the message, if it is missing or not an object. */
export function readBody(body: Dto | Field, value: unknown, parameter: string): unknown {
  if ('kind' in body) return readField(body, value, parameter);
  if (!isObject(value)) throw mustNotBeNull(parameter);
  return objectReader(body.fields)(value, '');
}

/**
 * Path and query parameters arrive as text. Quotes and `[1,2]` lists of OData literals are parsed already,
 * before this is called.
 */
export function readParameter(field: Field, value: string | string[] | undefined, path: string): unknown {
  if (value === undefined || value === '') return readField(field, undefined, path);
  if (field.kind === 'array') {
    const items = Array.isArray(value) ? value : value.split(',');
    return readField(
      field,
      items.map((item) => fromText(field.items!, item.trim(), path)),
      path,
    );
  }
  if (Array.isArray(value)) throw invalid(path, 'is given more than once');
  return readField(field, fromText(field, value, path), path);
}

function fromText(field: Field, text: string, path: string): unknown {
  switch (field.kind) {
    case 'int32':
    case 'int64':
    case 'double':
      // Ids are numbers in Orchestrator and GUIDs elsewhere. A GUID is the id of nothing here, and clients
      // expect a 404 for it.
      if (readGuid(text)) throw notFound('Item');
      if (text.trim() === '' || !Number.isFinite(Number(text)))
        throw invalid(path, `'${clip(text)}' is not a number`);
      return Number(text);
    case 'boolean':
      if (/^true$/i.test(text)) return true;
      if (/^false$/i.test(text)) return false;
      throw invalid(path, `'${clip(text)}' is neither true nor false`);
    default:
      return text;
  }
}

function objectReader(fields: Fields): Reader {
  let reader = objectReaders.get(fields);
  if (!reader) objectReaders.set(fields, (reader = compileObject(fields)));
  return reader;
}

function compileObject(fields: Fields): Reader {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  const needed = Object.keys(fields).filter((name) => fields[name]!.options.required);
  return (value, path) => {
    if (!isObject(value)) throw invalid(path || 'body', 'must be an object');
    const result: Record<string, unknown> = {};
    for (const given of Object.keys(value)) {
      const name = names.get(given.toLowerCase());
      if (name === undefined || fields[name]!.options.readOnly) continue;
      const read = readField(fields[name]!, value[given], join(path, name));
      if (read !== undefined) result[name] = read;
    }
    for (const name of needed) if (result[name] === undefined) throw invalid(join(path, name), 'is required');
    return result;
  };
}

function readerOf(field: Field): Reader {
  const { options } = field;
  switch (field.kind) {
    case 'int32':
      return integer(options.min ?? -(2 ** 31), options.max ?? 2 ** 31 - 1);
    case 'int64':
      return integer(options.min ?? Number.MIN_SAFE_INTEGER, options.max ?? Number.MAX_SAFE_INTEGER);
    case 'double':
      return (value, path) => {
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        if (typeof number !== 'number' || !Number.isFinite(number)) throw invalid(path, 'must be a number');
        return inRange(number, options.min, options.max, path);
      };
    case 'string':
      return text(field);
    case 'guid':
      return (value, path) => {
        const guid = typeof value === 'string' ? readGuid(value) : undefined;
        if (!guid && !options.lenient) throw invalid(path, 'must be a GUID');
        return guid;
      };
    case 'boolean':
      return (value, path) => {
        if (typeof value === 'boolean') return value;
        if (value === 'true' || value === 'True') return true;
        if (value === 'false' || value === 'False') return false;
        throw invalid(path, 'must be true or false');
      };
    case 'datetime':
      return (value, path) => instant(value, path);
    case 'enum':
      return (value, path) => {
        const known =
          typeof value === 'string' || typeof value === 'number'
            ? field.enumeration!.parse(value)
            : undefined;
        if (known === undefined) {
          throw invalid(
            path,
            `${show(value)} is not one of ${Object.keys(field.enumeration!.members).join(', ')}`,
          );
        }
        return known;
      };
    case 'object':
      return (value, path) => objectReader(field.dto!().fields)(value, path);
    case 'array':
      return (value, path) => {
        if (!Array.isArray(value)) throw invalid(path, 'must be an array');
        if (options.max !== undefined && value.length > options.max) {
          throw invalid(path, `has ${value.length} items, ${options.max} are allowed`);
        }
        if (value.length < (options.min ?? 0)) throw invalid(path, `needs at least ${options.min} items`);
        return value.map((item, i) => {
          if (item === null || item === undefined) throw invalid(`${path}[${i}]`, 'must not be null');
          return readField(field.items!, item, `${path}[${i}]`);
        });
      };
    case 'map':
      return (value, path) => {
        if (!isObject(value)) throw invalid(path, 'must be an object');
        return Object.fromEntries(
          Object.entries(value).map(([name, item]) => [
            storable(name, path),
            readField(field.items!, item, join(path, name)),
          ]),
        );
      };
    case 'any':
      return options.unchecked ? (value) => value : (value, path) => storable(value, path);
  }
}

const integer =
  (min: number, max: number): Reader =>
  (value, path) => {
    const number = typeof value === 'string' && /^\s*-?\d{1,19}\s*$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number))
      throw invalid(path, 'must be a whole number');
    return inRange(number, min, max, path);
  };

function inRange(number: number, min: number | undefined, max: number | undefined, path: string): number {
  if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
    throw invalid(path, `must be between ${min ?? '-∞'} and ${max ?? '∞'}`);
  }
  return number;
}

function text(field: Field): Reader {
  const { maxLength, minLength, pattern, form, name } = field.options;
  return (value, path) => {
    // Loosely typed clients send numbers and booleans for text.
    const given = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof given !== 'string') throw invalid(path, 'must be text');
    const string = name ? asName(given) : given;
    if (maxLength !== undefined && string.length > maxLength) {
      throw invalid(path, `is ${string.length} characters long, ${maxLength} are allowed`);
    }
    if (string.length < (minLength ?? (field.options.required ? 1 : 0)))
      throw invalid(path, 'must not be empty');
    if (pattern && !pattern.test(string))
      throw invalid(path, `'${clip(string)}' is not of the form ${form ?? pattern.source}`);
    return storable(string, path);
  };
}

export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

function storable<T>(value: T, path: string): T {
  if (typeof value !== 'string') checkStorable(JSON.stringify(value), path);
  else if (!isStorable(value)) throw notStorable(path);
  return value;
}

/**
 * PostgreSQL stores neither NUL nor half a surrogate pair. JSON.stringify writes both as escapes, with an
 * even number of backslashes before the escape's own.
 */
export function checkStorable(json: string, path: string): void {
  if (json.includes('\\u') && NOT_STORABLE.test(json)) throw notStorable(path);
}
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;
const notStorable = (path: string) => invalid(path, 'holds a character that cannot be stored');

function instant(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalid(path, 'must be an ISO 8601 date and time');
  const read = readInstant(value.trim());
  if (read === undefined) throw invalid(path, `'${clip(value)}' is no ISO 8601 date and time`);
  return read;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);
const clip = (string: string): string => (string.length > 60 ? `${string.slice(0, 60)}…` : string);
function show(value: unknown): string {
  if (typeof value === 'string') return `'${clip(value)}'`;
  return typeof value === 'object' ? typeof value : String(value);
}
