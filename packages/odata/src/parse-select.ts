import { ODataError } from './errors.ts';
import { lookup } from './lookup.ts';
import type { Complex, EntityType } from './model.ts';
import { split } from './split.ts';

/** The properties that `$select` names, or undefined if `*` asks for all. */
export function parseSelect(text: string, type: EntityType): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  let all = false;
  for (const { text: item, at } of split(text, ',', '$select')) {
    if (item === '*') all = true;
    else if (item === '')
      throw new ODataError(`Syntax error: a name is missing at position ${at}.`, '$select', at);
    else {
      const name = selected(item.split('/'), type, at);
      if (name !== undefined) names.add(name);
    }
  }
  return all ? undefined : names;
}

/**
 * A path into a complex value selects all of it, because it is one column. A navigation selects nothing: only
 * `$expand` adds it, but clients that expand something often name it here too.
 */
function selected(
  [first = '', ...rest]: readonly string[],
  type: EntityType,
  at: number,
): string | undefined {
  const found = lookup(type.properties, first);
  if (!found) {
    if (lookup(type.navigations, first)) return undefined;
    return unknown(first, type.name, at);
  }
  let container: Complex | undefined = found.value.complex;
  for (const segment of rest) {
    const member = container && lookup(container.properties, segment);
    if (!member) return unknown(segment, container?.name ?? found.value.type, at);
    container = member.value.complex;
  }
  return found.name;
}

function unknown(name: string, type: string, at: number): never {
  throw new ODataError(`Could not find a property named '${name}' on type '${type}'.`, '$select', at);
}
