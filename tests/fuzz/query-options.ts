import type { EntityType, Property } from '@baton/odata/model';
import type { Entity } from '../../apps/server/src/kernel/contract/entity.ts';
import { ODD_INSTANTS, ODD_TEXTS } from './odd-values.ts';
import type { Random } from './random.ts';
import type { Known } from './valid-values.ts';

const DEEPEST = 3;
const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

/** Query options that the entity's declaration lets in, `options` being the letters of the operation. */
export function queryOptions(
  { type }: Entity,
  options: string,
  random: Random,
  known: Known,
): Record<string, string> {
  const query: Record<string, string> = {};
  const may = (letter: string, probability: number): boolean =>
    options.includes(letter) && random.chance(probability);
  if (may('f', 0.6)) query.$filter = condition(type, random, known, 0);
  if (may('o', 0.4)) query.$orderby = `${pathIn(type, random, filterable)} ${random.of(['asc', 'desc', ''])}`;
  if (may('s', 0.3)) query.$select = names(type.properties, random).join(',');
  if (may('e', 0.4)) query.$expand = expansion(type, random, known, 0);
  if (may('t', 0.3)) query.$top = String(random.of([0, 1, 5, 1000]));
  if (may('k', 0.2)) query.$skip = String(random.of([0, 1, 1000, 2 ** 31, Number.MAX_SAFE_INTEGER]));
  if (may('c', 0.3)) query.$count = random.of(['true', 'false', 'True']);
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}

const filterable = (property: Property): boolean => property.filterable && !property.collection;

function names(properties: EntityType['properties'], random: Random): string[] {
  const all = Object.keys(properties);
  return all.length === 0 ? [] : Array.from({ length: 1 + random.below(3) }, () => random.of(all));
}

function expansion(type: EntityType, random: Random, known: Known, depth: number): string {
  const all = Object.entries(type.navigations);
  if (all.length === 0) return '';
  const [name, { target }] = random.of(all);
  const inner: string[] = [];
  if (random.chance(0.4)) inner.push(`$select=${names(target().properties, random).join(',')}`);
  if (random.chance(0.3)) inner.push(`$filter=${condition(target(), random, known, 1)}`);
  if (depth < 1 && random.chance(0.4)) {
    const deeper = expansion(target(), random, known, depth + 1);
    if (deeper) inner.push(`$expand=${deeper}`);
  }
  return inner.length > 0 ? `${name}(${inner.join(';')})` : name;
}

/** A property of the type, or of one that its navigations lead to. */
function pathTo(
  type: EntityType,
  random: Random,
  wanted: (property: Property) => boolean,
): readonly [path: string, property: Property] | undefined {
  const single = Object.entries(type.navigations).filter(([, navigation]) => !navigation.many);
  if (single.length > 0 && random.chance(0.2)) {
    const [name, { target }] = random.of(single);
    const rest = pathTo(target(), random, wanted);
    return rest && [`${name}/${rest[0]}`, rest[1]];
  }
  const own = Object.entries(type.properties).filter(([, property]) => wanted(property));
  return own.length > 0 ? random.of(own) : undefined;
}

const pathIn = (type: EntityType, random: Random, wanted: (property: Property) => boolean): string =>
  pathTo(type, random, wanted)?.[0] ?? 'Id';

function condition(type: EntityType, random: Random, known: Known, depth: number): string {
  const roll = depth < DEEPEST ? random.below(10) : 9;
  const one = (): string => condition(type, random, known, depth + 1);
  if (roll === 0) return `not (${one()})`;
  if (roll < 3) return `${one()} ${random.of(['and', 'or'])} ${one()}`;
  if (roll === 3) return overMany(type, random, known, depth) ?? one();
  if (roll === 4) {
    const text = pathTo(type, random, (p) => filterable(p) && p.type === 'Edm.String' && !p.complex);
    if (text)
      return `${random.of(['contains', 'startswith', 'endswith'])}(${text[0]},${literal(text[1], random, known)})`;
  }
  const found = pathTo(type, random, (p) => filterable(p) && !p.complex && p.type !== 'Edm.Untyped');
  if (!found) return '1 eq 1';
  const [path, property] = found;
  if (random.chance(0.1))
    return `${path} in (${literal(property, random, known)},${literal(property, random, known)})`;
  return `${path} ${random.of(COMPARISONS)} ${random.chance(0.1) ? 'null' : literal(property, random, known)}`;
}

function overMany(type: EntityType, random: Random, known: Known, depth: number): string | undefined {
  const many = Object.entries(type.navigations).filter(([, navigation]) => navigation.many);
  if (many.length === 0) return undefined;
  const [name, { target }] = random.of(many);
  const found = pathTo(target(), random, (p) => filterable(p) && !p.complex && p.type !== 'Edm.Untyped');
  if (!found || depth > 1) return `${name}/any()`;
  return `${name}/${random.of(['any', 'all'])}(x: x/${found[0]} eq ${literal(found[1], random, known)})`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literal({ type, enumeration }: Property, random: Random, known: Known): string {
  if (enumeration) {
    const [name, number] = random.of(Object.entries(enumeration.members));
    return random.of([`'${name}'`, `'${number}'`, String(number)]);
  }
  switch (type) {
    case 'Edm.Boolean':
      return random.of(['true', 'false']);
    case 'Edm.Int32':
    case 'Edm.Int64':
      return String(
        random.of([...known.numbers, 0, -1, 2 ** 31 - 1, 2 ** 31, 2 ** 53, '9223372036854775807']),
      );
    case 'Edm.Double':
      return random.of(['0', '1.5', '-1e10', '1e308', 'INF', 'NaN']);
    case 'Edm.Guid':
      return random.of(known.guids);
    case 'Edm.DateTimeOffset':
      return random.of(ODD_INSTANTS);
    default:
      return quoted(random.chance(0.5) ? random.of(known.texts) : random.of(ODD_TEXTS));
  }
}
