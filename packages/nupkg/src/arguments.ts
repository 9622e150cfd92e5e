import { dotnetType, resolved } from './dotnet-types.ts';
import { toDouble } from './exact-json.ts';
import { isObject, type JsonObject } from './json.ts';
import { HAS_DEFAULT } from './xaml-arguments.ts';

/**
 * `ArgumentMetadata` of the API: JSON texts of `[{ name, type, required, hasDefault }]`, or null for no
 * arguments.
 */
export type ArgumentMetadata = { readonly Input: string | null; readonly Output: string | null };

/**
 * Types are plain .NET names (`System.String`), because clients match on them. Baton has no assemblies
 * to qualify them with.
 */
export function argumentMetadata(input: JsonObject | null, output: JsonObject | null): ArgumentMetadata {
  return { Input: argumentList(input), Output: argumentList(output) };
}

function argumentList(schema: JsonObject | null): string | null {
  const root = schema && resolved(schema, schema);
  if (!schema || !root || !isObject(root['properties'])) return null;
  const required = new Set(Array.isArray(root['required']) ? root['required'] : []);
  const list = Object.entries(root['properties']).map(([name, property]) => ({
    name,
    type: dotnetType(property, schema),
    required: required.has(name),
    hasDefault: isObject(property) && ('default' in property || property[HAS_DEFAULT] === true),
  }));
  return list.length === 0 ? null : JSON.stringify(list);
}

export type ArgumentError = {
  /** The place in the value: `invoice.lines[2].amount`. Empty for the value itself. */
  readonly field: string;
  readonly message: string;
};

/**
 * Limits of the errors in one answer and of the depth that is checked. They are high enough to correct a
 * call, and low enough that no call stalls the server.
 */
const MAX_ERRORS = 20;
const MAX_DEPTH = 64;

/**
 * Checks a job's arguments: `type`, `required`, `properties`, `enum`, `items`, `additionalProperties: false`
 * and references inside the document. Other keywords are ignored. So the automation may still refuse a value
 * that passes, but a value that fails is certainly wrong. A null for a property that is not required counts
 * as absent. Clients send all arguments that they know, and unset arguments of .NET are null.
 * @returns the errors; none for a valid value
 */
export function validateArguments(schema: JsonObject | null, value: unknown): ArgumentError[] {
  const errors: ArgumentError[] = [];
  if (schema) check(schema, value, '', { root: schema, errors, depth: 0 });
  return errors;
}

type Check = { readonly root: JsonObject; readonly errors: ArgumentError[]; readonly depth: number };

function check(schema: unknown, given: unknown, field: string, at: Check): void {
  const value = toDouble(given);
  const rules = resolved(schema, at.root);
  if (!rules || at.depth > MAX_DEPTH || at.errors.length >= MAX_ERRORS) return;
  const below = { ...at, depth: at.depth + 1 };
  const types = typeNames(rules['type']);
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    report(at, field, `has to be ${types.map(withArticle).join(' or ')}, but is ${describe(value)}`);
    return;
  }
  const choices = rules['enum'];
  if (Array.isArray(choices) && !setOf(choices).has(canonical(value))) {
    report(at, field, `has to be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`);
  }
  if (isObject(value)) checkProperties(rules, value, field, below);
  if (Array.isArray(value) && isObject(rules['items'])) {
    for (const [index, item] of value.entries()) check(rules['items'], item, `${field}[${index}]`, below);
  }
}

function checkProperties(rules: JsonObject, value: JsonObject, field: string, at: Check): void {
  const properties = isObject(rules['properties']) ? rules['properties'] : {};
  const needed = new Set<unknown>(Array.isArray(rules['required']) ? rules['required'] : []);
  const path = (name: string) => (field === '' ? name : `${field}.${name}`);
  for (const name of needed) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) report(at, path(name), 'is missing');
  }
  for (const [name, content] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      if (content !== null || needed.has(name)) check(properties[name], content, path(name), at);
    } else if (rules['additionalProperties'] === false) {
      report(at, path(name), 'is not known');
    }
  }
}

const sets = new WeakMap<readonly unknown[], ReadonlySet<string>>();

/** The set is built once for each schema, because a long list of choices may meet a long list of values. */
function setOf(choices: readonly unknown[]): ReadonlySet<string> {
  let known = sets.get(choices);
  if (!known) sets.set(choices, (known = new Set(choices.map(canonical))));
  return known;
}

/** Gives the same text for values that JSON Schema calls equal: members in any order, `1.0` and `1`. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : toDouble(member),
  );
}

function report(at: Check, field: string, message: string): void {
  if (at.errors.length < MAX_ERRORS) at.errors.push({ field, message });
}

function typeNames(type: unknown): string[] {
  const names = Array.isArray(type) ? type : [type];
  return names.filter((name) => typeof name === 'string' && Object.hasOwn(TYPES, name));
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isObject,
  null: (value) => value === null,
};

function isOfType(value: unknown, type: string): boolean {
  return TYPES[type]?.(value) ?? true;
}

function withArticle(type: string): string {
  return type === 'null' ? type : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return withArticle(typeof value);
}
