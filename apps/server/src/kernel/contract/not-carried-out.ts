import type { Field, FieldOptions, Fields } from './fields.ts';
import type { Operation } from './operation.ts';

/** What the documents and the log say of a member that nothing acts on. Undefined for all others. */
export function effectOf({ notCarriedOut, ofNoEffect }: FieldOptions): string | undefined {
  if (notCarriedOut !== undefined) return `Kept and given back, and not carried out: ${notCarriedOut}.`;
  return ofNoEffect === undefined ? undefined : `Taken, and of no effect: ${ofNoEffect}.`;
}

type Found = readonly [path: string, effect: string];
type Finder = (value: unknown, path: string) => readonly Found[];

/**
 * Members of which nothing comes and that this input sets, by their paths. Undefined where an operation
 * takes none.
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
  // Of a thousand items that set the same, one is told.
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

/** What is empty or as usual sets nothing: clients put back whole objects as they were told. */
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

/** Numbers of an object say how much of what its other members switch on. */
const isSwitch = ({ kind }: Field): boolean => kind !== 'int32' && kind !== 'int64' && kind !== 'double';
