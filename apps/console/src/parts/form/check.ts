import type { Texts } from '../../texts/texts.ts';
import { kindOf, type Path, pointerOf, type Schema } from './schema.ts';

/** What is wrong, by the place as JSON Pointer has it. */
export type Faults = ReadonlyMap<string, string>;

type Words = Texts['parts']['form'];

/**
 * What the form can say beside a field. It reads the schema itself: a compiler of schemas makes code at run
 * time, which the policy of the page refuses, and the server checks all of it again when it is sent.
 */
export function check(schema: Schema, value: unknown, words: Words): Faults {
  const faults = new Map<string, string>();
  visit(
    schema,
    value,
    [],
    (path, fault) => {
      if (!faults.has(pointerOf(path))) faults.set(pointerOf(path), fault);
    },
    words,
  );
  return faults;
}

type Say = (path: Path, fault: string) => void;

function visit(schema: Schema, value: unknown, path: Path, say: Say, words: Words): void {
  if (value === undefined) return;
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => hasType(value, type)))
    return say(path, typeFault(types[0]!, words));
  if (schema.enum && !schema.enum.some((each) => same(each, value))) say(path, words.choice);
  if (schema.const !== undefined && !same(schema.const, value)) say(path, words.choice);
  if (typeof value === 'string') checkText(schema, value, (fault) => say(path, fault), words);
  else if (typeof value === 'number') checkNumber(schema, value, (fault) => say(path, fault), words);
  else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) say(path, words.few(schema.minItems!));
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) say(path, words.many(schema.maxItems!));
    if (schema.uniqueItems && new Set(value.map((each) => JSON.stringify(each))).size < value.length)
      say(path, words.twice);
    for (const [at, each] of value.entries())
      if (schema.items) visit(schema.items, each ?? null, [...path, at], say, words);
  } else if (typeof value === 'object' && value !== null)
    checkObject(schema, value as Readonly<Record<string, unknown>>, path, say, words);
}

function checkObject(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  say: Say,
  words: Words,
): void {
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name) || value[name] === undefined) say([...path, name], words.required);
  for (const [name, each] of Object.entries(value)) {
    const known =
      schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (known) visit(known, each, [...path, name], say, words);
    else if (schema.additionalProperties === false) say([...path, name], words.stray);
    else if (typeof schema.additionalProperties === 'object')
      visit(schema.additionalProperties, each, [...path, name], say, words);
  }
}

function checkText(schema: Schema, value: string, say: (fault: string) => void, words: Words): void {
  // Counted as JSON Schema does: an emoji is one character.
  const length = [...value].length;
  if (length < (schema.minLength ?? 0)) say(words.short(schema.minLength!));
  if (length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) say(words.long(schema.maxLength!));
  if (schema.pattern !== undefined && value.length <= LONGEST_MATCHED && !matches(schema.pattern, value))
    say(words.pattern(schema.pattern));
  const kind = kindOf({ type: 'string', format: schema.format });
  if (kind === 'date' && !isDate(value)) say(words.date);
  if (kind === 'date-time' && !isDateTime(value)) say(words.dateTime);
}

/** A pattern that is slow on purpose shall not hold the page for long; the server checks longer texts. */
const LONGEST_MATCHED = 200;

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    // A pattern of another dialect: the server knows.
    return true;
  }
}

function checkNumber(schema: Schema, value: number, say: (fault: string) => void, words: Words): void {
  if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY)) say(words.minimum(String(schema.minimum)));
  if (value > (schema.maximum ?? Number.POSITIVE_INFINITY)) say(words.maximum(String(schema.maximum)));
  if (value <= (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY))
    say(words.over(String(schema.exclusiveMinimum)));
  if (value >= (schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY))
    say(words.below(String(schema.exclusiveMaximum)));
  const { multipleOf } = schema;
  // 0.3 / 0.1 is not quite 3.
  if (multipleOf && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
    say(words.multiple(String(multipleOf)));
}

const isDate = (value: string): boolean => {
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
};

const isDateTime = (value: string): boolean =>
  /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value));

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function typeFault(type: string, words: Words): string {
  if (type === 'integer') return words.integer;
  return type === 'number' ? words.number : words.type(type);
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
