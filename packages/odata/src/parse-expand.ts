import { ODataError } from './errors.ts';
import { lookup } from './lookup.ts';
import type { EntityType, Navigation } from './model.ts';
import { type Part, split } from './split.ts';

/** One navigation to expand. Its nested options are still text. */
export interface ExpandItem {
  readonly name: string;
  readonly navigation: Navigation;
  readonly query: Readonly<Record<string, string | string[]>>;
}

export function parseExpand(text: string, type: EntityType): readonly ExpandItem[] {
  const items = new Map<string, ExpandItem>();
  for (const part of split(text, ',', '$expand')) {
    if (part.text === '*') {
      for (const [name, navigation] of Object.entries(type.navigations)) {
        if (!items.has(name)) items.set(name, { name, navigation, query: {} });
      }
      continue;
    }
    const item = parseItem(part, type);
    if (item) items.set(item.name, item);
  }
  return [...items.values()];
}

function parseItem({ text, at }: Part, type: EntityType): ExpandItem | undefined {
  const open = text.indexOf('(');
  const path = (open < 0 ? text : text.slice(0, open)).trim();
  if (open >= 0 && !text.endsWith(')'))
    fail(`Syntax error: ')' was expected at position ${at + text.length}.`, at);
  const [first = '', ...rest] = path.split('/');
  if (path === '') fail(`Syntax error: a name is missing at position ${at}.`, at);
  const found = lookup(type.navigations, first);
  if (!found) return alreadyInline(first, type, at);
  if (rest.length > 0)
    fail(`The path '${path}' in $expand is not supported: nest $expand in parentheses.`, at);
  const query = open < 0 ? {} : nestedOptions(text.slice(open + 1, -1));
  return { name: found.name, navigation: found.value, query };
}

/** A complex value is part of the row, so expanding it asks for what is already there. */
function alreadyInline(name: string, type: EntityType, at: number): undefined {
  const property = lookup(type.properties, name)?.value;
  if (property?.complex) return undefined;
  if (!property) fail(`Could not find a property named '${name}' on type '${type.name}'.`, at);
  const what = 'is not a navigation property or complex property';
  return fail(
    `Property '${name}' on type '${type.name}' ${what}. Only navigation properties can be expanded.`,
    at,
  );
}

function nestedOptions(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const { text: option, at } of split(text, ';', '$expand')) {
    if (option === '') continue;
    const equals = option.indexOf('=');
    if (equals < 0) fail(`Syntax error: '=' was expected in '${option}'.`, at);
    const name = option.slice(0, equals).trim();
    const value = option.slice(equals + 1);
    const earlier = query[name];
    query[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return query;
}

function fail(message: string, at: number): never {
  throw new ODataError(message, '$expand', at);
}
