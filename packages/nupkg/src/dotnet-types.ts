import { isObject, type JsonObject } from './json.ts';

/** A schema made from .NET arguments keeps their types in this annotation. JSON Schema ignores it. */
const DOTNET_TYPE = 'x-dotnet-type';

const NAMES: Readonly<Record<string, string>> = {
  string: 'System.String',
  integer: 'System.Int32',
  number: 'System.Double',
  boolean: 'System.Boolean',
  object: 'System.Object',
};

const TYPES: Readonly<Record<string, string>> = {
  'System.String': 'string',
  'System.Char': 'string',
  'System.Guid': 'string',
  'System.DateTime': 'string',
  'System.DateTimeOffset': 'string',
  'System.TimeSpan': 'string',
  'System.Byte': 'integer',
  'System.Int16': 'integer',
  'System.Int32': 'integer',
  'System.Int64': 'integer',
  'System.UInt32': 'integer',
  'System.UInt64': 'integer',
  'System.Single': 'number',
  'System.Double': 'number',
  'System.Decimal': 'number',
  'System.Boolean': 'boolean',
};

/** In characters. Every value that meets a reference follows it again. */
const LONGEST_REFERENCE = 1000;

/** The .NET name of the type that a schema allows; `System.Object` if it allows anything or several types. */
export function dotnetType(schema: unknown, root: JsonObject): string {
  const known = resolved(schema, root);
  if (!known) return 'System.Object';
  if (typeof known[DOTNET_TYPE] === 'string') return known[DOTNET_TYPE];
  const type = soleType(known, root);
  if (type === 'array') {
    const items = isObject(known['items']) ? dotnetType(asFlat(known['items'], root), root) : 'System.Object';
    return `${items}[]`;
  }
  return (type !== null && NAMES[type]) || 'System.Object';
}

/**
 * The schema for the name of a .NET type. Names are assembly-qualified (`System.String, mscorlib,
 * Version=...`). Assemblies change with the target framework, so they are cut off. A type without an
 * equivalent in JSON allows anything.
 */
export function schemaOfDotnetType(qualified: string): JsonObject {
  const name = withoutAssembly(qualified);
  const item = /^(.*)\[\]$/.exec(name)?.[1];
  if (item !== undefined) return { type: 'array', items: plainSchema(item), [DOTNET_TYPE]: name };
  return { ...plainSchema(name), [DOTNET_TYPE]: name };
}

/** Follows references inside the document (`#/$defs/Invoice`). pydantic writes one for every nested model. */
export function resolved(schema: unknown, root: JsonObject): JsonObject | null {
  let current = schema;
  for (let hops = 0; hops < 8; hops++) {
    if (!isObject(current)) return null;
    const reference = current['$ref'];
    if (typeof reference !== 'string') return current;
    if (!reference.startsWith('#') || reference.length > LONGEST_REFERENCE) return null;
    current = pointed(reference.slice(1), root);
  }
  return null;
}

/**
 * The one type that a schema allows besides null. Both `anyOf: [string, null]` and `type: ['string', 'null']`
 * of an optional value are a string.
 */
function soleType(schema: JsonObject, root: JsonObject): string | null {
  if (typeof schema['type'] === 'string') return schema['type'];
  const choices = schema['type'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(choices)) return null;
  const types = choices.map((choice) => {
    const type = isObject(choice) ? resolved(choice, root)?.['type'] : choice;
    return typeof type === 'string' ? type : null;
  });
  const others = types.filter((type) => type !== 'null');
  return others.length === 1 ? (others[0] ?? null) : null;
}

/**
 * The schema of an item. An array within an array becomes `System.Object[]`, so that a schema that
 * contains itself ends.
 */
function asFlat(items: JsonObject, root: JsonObject): unknown {
  const item = resolved(items, root);
  return item && soleType(item, root) === 'array' ? {} : item;
}

function pointed(pointer: string, root: JsonObject): unknown {
  let current: unknown = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(current) || !Object.hasOwn(current, name)) return null;
    current = current[name];
  }
  return current;
}

function plainSchema(name: string): JsonObject {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  return type === undefined ? {} : { type };
}

/** Cuts off the assembly, which begins at the first comma outside of brackets. */
function withoutAssembly(qualified: string): string {
  let depth = 0;
  for (const [index, letter] of [...qualified].entries()) {
    if (letter === '[') depth++;
    else if (letter === ']') depth--;
    else if (letter === ',' && depth === 0) return [...qualified].slice(0, index).join('').trim();
  }
  return qualified.trim();
}
