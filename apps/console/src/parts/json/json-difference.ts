/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Change = 'same' | 'added' | 'removed' | 'changed';

/** One place of two values laid over each other. */
export interface Node {
  /** The name of the member or the place in the list; undefined at the root. */
  readonly name: string | undefined;
  readonly change: Change;
  readonly before?: Json;
  readonly after?: Json;
  /** Of an object or a list that both have; a list is compared place by place. */
  readonly inside?: readonly Node[];
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** What differs between two values, with all that is the same around it. Undefined: there is none. */
export function difference(before: Json | undefined, after: Json | undefined, name?: string): Node {
  if (before === undefined) return { name, change: after === undefined ? 'same' : 'added', after };
  if (after === undefined) return { name, change: 'removed', before };
  const names = namesOf(before, after);
  if (!names) return { name, change: before === after ? 'same' : 'changed', before, after };
  const inside = names.map((each) => difference(memberOf(before, each), memberOf(after, each), each));
  const isSame = inside.every(({ change }) => change === 'same');
  return { name, change: isSame ? 'same' : 'changed', before, after, inside };
}

/** The members of two objects or the places of two lists; undefined for values of which one has no parts. */
function namesOf(before: Json, after: Json): readonly string[] | undefined {
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (isList(before) && isList(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, at) => String(at));
  return undefined;
}

const memberOf = (value: Json, name: string): Json | undefined => {
  if (isList(value)) return value[Number(name)];
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
};

/** The parts of a value, for a tree; undefined where it has none. */
export function partsOf(value: Json): readonly (readonly [name: string, value: Json])[] | undefined {
  if (isList(value)) return value.map((each, at) => [String(at), each] as const);
  return isObject(value) ? Object.entries(value) : undefined;
}

/** `$.lines[2].total`, as tools read it. */
export const pathOf = (path: readonly string[]): string =>
  `$${path
    .map((name) => {
      if (/^\d+$/.test(name)) return `[${name}]`;
      return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('')}`;

/** JSON in a text, as the API gives arguments; text that is none is a text. */
export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
