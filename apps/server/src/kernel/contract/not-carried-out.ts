import type { Field, FieldOptions, Fields } from './fields.ts';
import type { Operation } from './operation.ts';

/** The text for the documents and the log about a member that nothing acts on. Undefined for all others. */
export function effectOf({ notCarriedOut, ofNoEffect }: FieldOptions): string | undefined {
  if (notCarriedOut !== undefined) return `Kept and given back, and not carried out: ${notCarriedOut}.`;
  return ofNoEffect === undefined ? undefined : `Taken, and of no effect: ${ofNoEffect}.`;
}

type Found = readonly [path: string, effect: string];
type Finder = (value: unknown, path: string) => readonly Found[];

/**
 * Finds the members that an input sets and that have no effect, by their paths. Undefined if the operation
 * has no such members.
 */
export function settingsFinder({
  query = {},
  body,
}: Pick<Operation, 'query' | 'body'>):
  | ((input: Readonly<Record<string, unknown>>) => readonly Found[])
  | undefined {
  const inQuery = inFields(query);
  const inBody = body && ('kind' in body ? inField(body) : inFields(body.fields));
  if (!inQuery && !inBody) return undefined;
  // If a thousand items set the same member, it is reported once.
  return (input) => [...new Map([...(inQuery?.(input, '') ?? []), ...(inBody?.(input.body, '') ?? [])])];
}

function inFields(fields: Fields, above: readonly Fields[] = []): Finder | undefined {
  if (above.includes(fields)) return undefined;
  const finders = Object.entries(fields).flatMap(([name, field]) => {
    const find = field.options.readOnly ? undefined : inField(field, [...above, fields]);
    return find ? [[name, find] as const] : [];
  });
  if (finders.length === 0) return undefined;
  return (value, path) =>
    finders.flatMap(([name, find]) => find(member(value, name), path === '' ? name : `${path}.${name}`));
}

function inField(field: Field, above: readonly Fields[] = []): Finder | undefined {
  const effect = effectOf(field.options);
  if (effect !== undefined) return (value, path) => (isSet(field, value) ? [[path, effect]] : []);
  if (field.kind === 'object') return inFields(field.dto!().fields, above);
  const find = field.kind === 'array' ? inField(field.items!, above) : undefined;
  return (
    find && ((value, path) => (Array.isArray(value) ? value.flatMap((item) => find(item, `${path}[]`)) : []))
  );
}

const member = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];

/** An empty or default value sets nothing: clients send back whole objects as they received them. */
function isSet(field: Field, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  const { default: usual } = field.options;
  if (field.kind === 'boolean') return value !== (usual ?? false);
  if (field.kind === 'string') return value !== usual;
  if (field.kind === 'enum')
    return value !== field.enumeration!.parse(typeof usual === 'string' ? usual : 'None');
  if (field.kind === 'object')
    return Object.entries(field.dto!().fields).some(
      ([name, of]) => isSwitch(of) && isSet(of, member(value, name)),
    );
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== 0;
}

/** The numbers of an object only say how much of what its other members switch on. */
const isSwitch = ({ kind }: Field): boolean => kind !== 'int32' && kind !== 'int64' && kind !== 'double';
