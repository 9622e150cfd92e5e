import { isGuid } from './guid.ts';
import type { MetadataModel, PropertyModel, TypeModel } from './metadata.ts';

/**
 * Checks answers against `$metadata`. The `@odata.context` must name something in it. Every member of every
 * row must be a member of its type, with a value of that type. Members may be missing, as with `$select`.
 * Answers the faults, one line each.
 */
export function answerChecker(model: MetadataModel): (answer: unknown) => string[] {
  const named = new Map<string, Named>();
  const sets = new Map<string, string>();
  for (const { namespace, enums = [], complexTypes = [], entityTypes = [], container } of model.schemas) {
    for (const one of enums)
      named.set(`${namespace}.${one.name}`, { members: new Set(Object.keys(one.members)) });
    for (const type of [...complexTypes, ...entityTypes]) named.set(`${namespace}.${type.name}`, { type });
    for (const { name, type } of container?.sets ?? []) sets.set(name, type);
  }

  const membersOf = ({ base, properties, navigations = [] }: TypeModel): readonly PropertyModel[] => {
    const above = named.get(base ?? '')?.type;
    return [...(above ? membersOf(above) : []), ...properties, ...navigations];
  };
  const memo = new Map<TypeModel, ReadonlyMap<string, PropertyModel>>();
  const byName = (type: TypeModel): ReadonlyMap<string, PropertyModel> => {
    if (!memo.has(type)) memo.set(type, new Map(membersOf(type).map((member) => [member.name, member])));
    return memo.get(type)!;
  };

  function check(value: unknown, { name, type, nullable = true }: PropertyModel, path: string): string[] {
    const items = /^Collection\((.*)\)$/.exec(type)?.[1];
    if (items !== undefined) {
      if (!Array.isArray(value)) return [`${path}${name} is no list: ${JSON.stringify(value)}`];
      return value.flatMap((item, i) =>
        check(item, { name: `${name}[${i}]`, type: items, nullable: false }, path),
      );
    }
    if (value === null) return nullable ? [] : [`${path}${name} is null`];
    const { members, type: shape } = named.get(type) ?? {};
    if (shape) return checkRow(value, shape, `${path}${name}/`);
    const isRight = members ? typeof value === 'string' && members.has(value) : PRIMITIVES[type]?.(value);
    return isRight ? [] : [`${path}${name} is no ${type}: ${JSON.stringify(value)}`];
  }

  function checkRow(value: unknown, type: TypeModel, path: string): string[] {
    if (type.open) return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
    return Object.entries(value).flatMap(([name, member]) => {
      if (name.includes('@')) return [];
      const declared = byName(type).get(name);
      return declared ? check(member, declared, path) : [`${path}${name} is no member of ${type.name}`];
    });
  }

  return (answer) => {
    const context = (answer as { '@odata.context'?: unknown } | null | undefined)?.['@odata.context'];
    if (typeof context !== 'string' || !context.includes('#')) return [];
    const fragment = decodeURIComponent(context.slice(context.indexOf('#') + 1));
    const [first = '', ...more] = fragment.replace(/\/\$entity$/, '').split('/');
    const type = more[0] ?? sets.get(first) ?? first;
    const isOne = fragment.endsWith('/$entity') || (named.get(type)?.type !== undefined && !sets.has(first));
    const isKnown =
      named.has(type.replace(/^Collection\((.*)\)$/, '$1')) || /^(Collection\()?Edm\./.test(type);
    if (!isKnown || (more.length > 0 && !sets.has(first))) return [`${fragment} names nothing`];
    const value = (answer as { value?: unknown }).value;
    const at = `${fragment} `;
    if (isOne) return checkRow(answer, named.get(type)!.type!, at);
    return check(value, { name: 'value', type: sets.has(first) ? `Collection(${type})` : type }, at);
  };
}

/** A type by its qualified name: the members of an enumeration, or a type with members. */
interface Named {
  readonly members?: ReadonlySet<string>;
  readonly type?: TypeModel;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (least: number, most: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)$/;

const PRIMITIVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Int32': isWhole(-(2 ** 31), 2 ** 31 - 1),
  'Edm.Int64': isWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  'Edm.Double': (value) => typeof value === 'number',
  'Edm.String': isText,
  'Edm.Guid': (value) => isText(value) && isGuid(value),
  'Edm.DateTimeOffset': (value) => isText(value) && INSTANT.test(value),
};
