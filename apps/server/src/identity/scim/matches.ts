import { foldText } from '@baton/odata/fold-text';
import type { Filter, Operator, Value } from './parse-filter.ts';
import { badFilter } from './scim-error.ts';

/** One value of an attribute that has several, by the lower-case names of its parts. */
export type Parts = Readonly<Record<string, string | boolean | undefined>>;

/** Whether the condition in the brackets of a path selects the value. */
export function matches(filter: Filter, parts: Parts): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(part, parts));
    case 'or':
      return filter.parts.some((part) => matches(part, parts));
    case 'not':
      return !matches(filter.part, parts);
    case 'present':
      return valueOf(parts, filter.path) !== undefined;
    case 'compare':
      return compare(valueOf(parts, filter.path), filter.operator, filter.value);
    case 'within':
      throw badFilter(`'${filter.path}' has no values of its own here.`);
  }
}

const valueOf = (parts: Parts, name: string): Parts[string] =>
  Object.hasOwn(parts, name) ? parts[name] : undefined;

/** Whether the filter refers to a part at all. */
export function names(filter: Filter, part: string): boolean {
  if ('path' in filter) return filter.path === part;
  return 'parts' in filter ? filter.parts.some((each) => names(each, part)) : names(filter.part, part);
}

function compare(given: string | boolean | undefined, operator: Operator, value: Value): boolean {
  const is = given === undefined ? undefined : foldText(String(given));
  const wanted = value === null ? undefined : foldText(String(value));
  if (operator === 'eq') return is === wanted;
  if (operator === 'ne') return is !== wanted;
  if (is === undefined || wanted === undefined) return false;
  switch (operator) {
    case 'co':
      return is.includes(wanted);
    case 'sw':
      return is.startsWith(wanted);
    case 'ew':
      return is.endsWith(wanted);
    case 'gt':
      return is > wanted;
    case 'ge':
      return is >= wanted;
    case 'lt':
      return is < wanted;
    case 'le':
      return is <= wanted;
  }
}
