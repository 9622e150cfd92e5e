import { ODataError } from './errors.ts';
import type { Limits } from './limits.ts';
import { lookup } from './lookup.ts';
import type { Complex, EntityType, Navigation, Property } from './model.ts';
import type { Segment } from './syntax.ts';
import type { Path, Row } from './tree.ts';

export interface Names {
  readonly option: string;
  readonly limits: Limits;
  /** The row that is filtered: `$it`, and where names without a variable start. */
  readonly it: Row;
  /** The variables of the enclosing lambdas. */
  readonly variables: ReadonlyMap<string, Row>;
}

/** A path ends at a value, or at a navigation that is searched or compared with null. */
export type Target = Path & { readonly navigation?: Navigation };

export function bindPath(segments: readonly Segment[], names: Names): Target {
  const [row, rest] = startOf(segments, names);
  let container: EntityType | Complex | undefined = containerOf(row);
  let navigation: Navigation | undefined;
  const hops: Navigation[] = [];
  const properties: { name: string; property: Property }[] = [];
  for (const segment of rest) {
    if (navigation) hops.push(navigation);
    if (hops.length > names.limits.maxPathDepth)
      fail('The path goes through too many navigations.', segment, names);
    if (navigation?.many)
      fail(`'${segment.name}' is in a collection: look into it with any or all.`, segment, names);
    navigation = undefined;
    const property = container && lookup(container.properties, segment.name);
    const found = container && 'navigations' in container && lookup(container.navigations, segment.name);
    if (property) {
      if (!property.value.filterable) notUsable(segment, names);
      properties.push({ name: property.name, property: property.value });
      container = property.value.collection ? undefined : property.value.complex;
    } else if (found) {
      navigation = found.value;
      container = found.value.target();
    } else {
      const type = container?.name ?? properties.at(-1)?.property.type ?? 'Edm.Untyped';
      fail(`Could not find a property named '${segment.name}' on type '${type}'.`, segment, names);
    }
  }
  if (row.shape !== 'entity') return { row, hops, members: properties };
  const [first, ...members] = properties;
  return { row, hops, property: first?.property, members, navigation };
}

function startOf(segments: readonly Segment[], names: Names): [Row, readonly Segment[]] {
  const [first, ...rest] = segments;
  if (first?.name === '$it') return [names.it, rest];
  const variable = first && names.variables.get(first.name);
  return variable ? [variable, rest] : [names.it, segments];
}

function containerOf(row: Row): EntityType | Complex | undefined {
  if (row.shape === 'entity') return row.type;
  return row.shape === 'complex' ? row.complex : undefined;
}

function notUsable({ name, at }: Segment, { option }: Names): never {
  throw new ODataError(`The property '${name}' cannot be used in the ${option} query option.`, option, at);
}

function fail(message: string, { at }: Segment, { option }: Names): never {
  throw new ODataError(message, option, at);
}
