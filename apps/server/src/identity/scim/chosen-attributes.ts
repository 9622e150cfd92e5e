import { plainPath } from './parse-filter.ts';

/**
 * The attributes that a call wants to see (RFC 7644, 3.9). Names are in any case, and `emails.value`
 * names a part.
 */
export interface Choice {
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

type Resource = Readonly<Record<string, unknown>>;

/** By plain name: the whole attribute, or some of its parts. */
type Wanted = ReadonlyMap<string, 'all' | ReadonlySet<string>>;

/** Answered always, whatever is asked for. */
const ALWAYS = new Set(['schemas', 'id']);

/** Whether an attribute has to be read at all: thousands of members may not be asked for. */
export function isAnswered(name: string, choice: Choice): boolean {
  const wanted = readNames(choice.attributes);
  return (wanted.size === 0 || wanted.has(name)) && readNames(choice.excludedAttributes).get(name) !== 'all';
}

/** A resource, or each of a list. */
export function chosen(answer: unknown, choice: Choice): unknown {
  const wanted = readNames(choice.attributes);
  const unwanted = readNames(choice.excludedAttributes);
  if ((wanted.size === 0 && unwanted.size === 0) || typeof answer !== 'object' || answer === null)
    return answer;
  const narrow = (resource: Resource): Resource =>
    without(wanted.size === 0 ? resource : only(resource, wanted, resource.schemas), unwanted);
  const { Resources: resources } = answer as { readonly Resources?: readonly Resource[] };
  return resources ? { ...answer, Resources: resources.map(narrow) } : narrow(answer as Resource);
}

function only(resource: Resource, wanted: Wanted, schemas: unknown): Resource {
  // The name of a schema stands for all of its attributes.
  if (Array.isArray(schemas) && schemas.some((schema) => wanted.has(String(schema).toLowerCase())))
    return resource;
  return pick(resource, (name) => (ALWAYS.has(name) ? 'all' : wanted.get(name)), true);
}

const without = (resource: Resource, unwanted: Wanted): Resource =>
  unwanted.size === 0
    ? resource
    : pick(resource, (name) => (ALWAYS.has(name) ? undefined : unwanted.get(name)), false);

/** With the named parts, or with all others. */
function pick(
  resource: Resource,
  namedOf: (name: string) => 'all' | ReadonlySet<string> | undefined,
  keeps: boolean,
): Resource {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]) => {
      const named = namedOf(name.toLowerCase());
      if (named === undefined || named === 'all') return (named === 'all') === keeps ? [[name, value]] : [];
      const parts = (each: unknown): unknown =>
        typeof each === 'object' && each !== null
          ? pick(each as Resource, (part) => (named.has(part) ? 'all' : undefined), keeps)
          : each;
      return [[name, Array.isArray(value) ? value.map(parts) : parts(value)]];
    }),
  );
}

function readNames(names: readonly string[]): Wanted {
  const read = new Map<string, 'all' | Set<string>>();
  for (const name of names.map(plainPath)) {
    const [, whole = name, part] = /^([^:.]+)\.(.+)$/.exec(name) ?? [];
    const known = read.get(whole);
    if (part === undefined || known === 'all') read.set(whole, 'all');
    else read.set(whole, (known ?? new Set()).add(part));
  }
  return read;
}
