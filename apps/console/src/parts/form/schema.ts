/** What the form understands of a JSON Schema; all else is checked, and written as raw JSON. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export type FieldKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'date'
  | 'date-time'
  | 'list'
  | 'object'
  | 'json';

/** How a member is asked for. What has no control of its own is asked for as JSON. */
export function kindOf(schema: Schema): FieldKind {
  if (schema.enum) return 'choice';
  // `["string", "null"]` is a string that may be left out.
  const types = [schema.type ?? (schema.properties ? 'object' : 'any')]
    .flat()
    .filter((type) => type !== 'null');
  if (types.length !== 1) return 'json';
  switch (types[0]) {
    case 'string':
      return schema.format === 'date' || schema.format === 'date-time' ? schema.format : 'text';
    case 'integer':
    case 'number':
    case 'boolean':
      return types[0];
    case 'array':
      return schema.items ? 'list' : 'json';
    case 'object':
      return schema.properties ? 'object' : 'json';
    default:
      return 'json';
  }
}

/** The value with which a form begins: what the schema has as defaults. Undefined: nothing is set. */
export function firstValue(schema: Schema): unknown {
  if (schema.default !== undefined) return structuredClone(schema.default);
  if (kindOf(schema) !== 'object') return undefined;
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const value = firstValue(each);
    return value === undefined ? [] : [[name, value] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** What was typed, as a value. What is no number stays text, so that the check can say so. */
export function readValue(text: string, kind: FieldKind): unknown {
  if (text === '') return undefined;
  if (kind !== 'integer' && kind !== 'number') return text;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : text;
}

export type Path = readonly (string | number)[];

/** The value with another at a place. Objects on the way are made; undefined takes a member away. */
export function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list = Array.isArray(whole) ? [...(whole as unknown[])] : [];
    list[first] = withValue(list[first], rest, value);
    return list;
  }
  const { [first]: before, ...others } = (isRecord(whole) ? whole : {}) as Readonly<Record<string, unknown>>;
  const next = withValue(before, rest, value);
  if (next === undefined) return others;
  return isRecord(whole) && Object.hasOwn(whole, first)
    ? { ...whole, [first]: next }
    : { ...others, [first]: next };
}

export function valueAt(whole: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, name) => {
    if (Array.isArray(value)) return value[Number(name)] as unknown;
    return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, whole);
}

const isRecord = (value: unknown): value is Readonly<Record<string | number, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `/lines/0/total`, as JSON Pointer has it. */
export const pointerOf = (path: Path): string =>
  path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
