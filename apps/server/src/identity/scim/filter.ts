import { sortable } from '@baton/odata/fold-text';
import { isGuid } from '@baton/odata/guid';
import { readInstant } from '@baton/odata/instant';
import { escapeLike, oneIsLike } from '@baton/odata/like';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { type Filter, type Operator, parseFilter, type Value } from './parse-filter.ts';
import { badFilter } from './scim-error.ts';

/** Attributes that can be filtered by, by plain path. */
export type Attributes = Readonly<Record<string, Attribute | Several>>;

export interface Attribute {
  readonly sql: Sql;
  readonly kind: 'text' | 'exact' | 'boolean' | 'guid' | 'time';
}

/** An attribute with several values, each with parts. By itself it stands for its `value`. */
export interface Several {
  readonly parts: Readonly<Record<string, Attribute>>;
  /** One of the values must fulfil the condition. */
  readonly some: (condition: Sql) => Sql;
}

/** Attributes of people that RFC 7643 (4.1 and 4.3) has and this server does not. They count as absent. */
const NOT_KEPT = new Set(
  `nickname profileurl title usertype preferredlanguage locale timezone phonenumbers ims photos addresses
   entitlements roles x509certificates name.middlename name.honorificprefix name.honorificsuffix`.split(
    /\s+/,
  ),
);
const ENTERPRISE = /^urn:ietf:params:scim:schemas:extension:enterprise:2\.0:user:\w/;

const isNotKept = (path: string): boolean =>
  ENTERPRISE.test(path) || NOT_KEPT.has(path) || NOT_KEPT.has(path.split('.')[0]!);

const ABSENT: Attribute = { sql: sql`null::text`, kind: 'text' };

/**
 * A filter as an SQL condition. `elsewhere`: attributes of other kinds of resource, which are absent
 * in this one.
 */
export function filterCondition(
  text: string | undefined,
  attributes: Attributes,
  elsewhere: Attributes = {},
): Sql {
  const filter = parseFilter(text);
  if (!filter) return sql`true`;
  return conditionOf(filter, (path) => {
    const found = findIn(attributes, path);
    if (found) return found;
    if (isNotKept(path) || findIn(elsewhere, path)) return ABSENT;
    throw badFilter(`'${path}' cannot be filtered by.`);
  });
}

function findIn(attributes: Attributes, path: string): Attribute | Several | undefined {
  const whole = own(attributes, path);
  if (whole) return whole;
  // `emails.value`: a part of one of the values.
  const [, name = '', part = ''] = /^(.*)\.(\S+)$/.exec(path) ?? [];
  const several = own(attributes, name);
  const value = several && 'parts' in several ? own(several.parts, part) : undefined;
  return several && value && { ...several, parts: { value } };
}

const own = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

type Find = (path: string) => Attribute | Several;

function conditionOf(filter: Filter, find: Find): Sql {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => conditionOf(part, find));
      return sql`(${join(parts, ` ${filter.kind} `)})`;
    }
    case 'not':
      return sql`not coalesce(${conditionOf(filter.part, find)}, false)`;
    case 'present': {
      const found = find(filter.path);
      return 'sql' in found
        ? sql`${found.sql} is not null`
        : found.some(sql`${found.parts.value!.sql} is not null`);
    }
    case 'compare':
      return comparison(filter, find(filter.path));
    case 'within': {
      const found = find(filter.path);
      if ('sql' in found) {
        if (found !== ABSENT) throw badFilter(`'${filter.path}' has one value, and needs no brackets.`);
        return sql`false`;
      }
      const inside = conditionOf(filter.filter, (path) => {
        const part = own(found.parts, path);
        if (!part) throw badFilter(`'${filter.path}.${path}' cannot be filtered by.`);
        return part;
      });
      return found.some(inside);
    }
  }
}

/** A resource without the value differs from every value. */
function comparison({ path, operator, value }: Compare, found: Attribute | Several): Sql {
  const isDifferent = operator === 'ne';
  const positive = isDifferent ? 'eq' : operator;
  // No single value may be null. That is the same as having no value.
  const condition =
    'sql' in found
      ? compare(path, found, positive, value)
      : value === null
        ? sql`not ${found.some(sql`${found.parts.value!.sql} is not null`)}`
        : found.some(compare(path, found.parts.value!, positive, value));
  return isDifferent ? sql`not coalesce(${condition}, false)` : condition;
}

type Compare = Extract<Filter, { kind: 'compare' }>;

const PATTERNS: Readonly<Partial<Record<Operator, readonly [before: string, after: string]>>> = {
  sw: ['', '%'],
  ew: ['%', ''],
  co: ['%', '%'],
};
const ORDERS: Readonly<Partial<Record<Operator, string>>> = { gt: '>', ge: '>=', lt: '<', le: '<=' };

function compare(path: string, { sql: expression, kind }: Attribute, operator: Operator, value: Value): Sql {
  if (kind === 'time' && value !== null) return compareTimes(path, expression, operator, value);
  if (operator === 'eq') return equality(expression, kind, value);
  if (typeof value !== 'string' || kind === 'boolean')
    throw badFilter(`'${operator}' does not fit ${path} and ${JSON.stringify(value)}.`);
  const isText = kind === 'text';
  const order = ORDERS[operator];
  if (order) {
    return isText
      ? sql`${sortable(expression)} ${raw(order)} ${sortable(sql`${value}`)}`
      : sql`${expression}::text ${raw(order)} ${value}`;
  }
  const [before, after] = PATTERNS[operator]!;
  const pattern = before + escapeLike(value) + after;
  return isText ? oneIsLike([expression], pattern) : sql`${expression}::text like ${pattern}`;
}

function equality(expression: Sql, kind: Attribute['kind'], value: Value): Sql {
  if (value === null) return sql`${expression} is null`;
  if (kind === 'boolean') return sql`${expression} = ${/^true$/i.test(String(value))}`;
  const text = String(value);
  if (kind === 'guid') return isGuid(text) ? sql`${expression} = ${text}::uuid` : sql`false`;
  return kind === 'text' ? sql`folded(${expression}) = folded(${text})` : sql`${expression} = ${text}`;
}

function compareTimes(path: string, expression: Sql, operator: Operator, value: Value): Sql {
  const time = typeof value === 'string' ? readInstant(value) : undefined;
  if (time === undefined) throw badFilter(`${path}: ${JSON.stringify(value)} is not a time.`);
  const order = operator === 'eq' ? '=' : ORDERS[operator];
  if (!order) throw badFilter(`'${operator}' does not fit ${path}.`);
  return sql`${expression} ${raw(order)} ${time}::timestamptz`;
}
