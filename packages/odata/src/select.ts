import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { sortable } from './fold-text.ts';
import type { EntityType, Navigation, Property } from './model.ts';
import type { Expansion, QueryOptions } from './options.ts';
import { behind, inOrder, isTotal, opposite, type Term } from './order.ts';
import { propertyType } from './property-type.ts';
import { compile } from './sql.ts';
import { aliases, type From, joinsOf, rootOf } from './sql-rows.ts';
import { type Expr, isCondition, typeOf } from './tree.ts';

/** What the caller decides about the rows, and not the client. */
export interface Scope {
  /** The rows that the caller may see at all, given the alias of the row. */
  readonly where?: (row: Sql) => Sql;
  /** Replaces the type's source: a table or a query in parentheses with the same columns. */
  readonly from?: Sql;
  /**
   * The order if the client names none, given the alias of the row. Its last term tells any two rows
   * apart. Default: by key.
   */
  readonly order?: (row: Sql) => Terms;
  /** The most rows to answer, whatever `$top` says, and also without `$top`. */
  readonly maxRows?: number;
  /**
   * The rows are divided into parts, such as folders, and indexes have the rows of one part in order. A page
   * is merged from the first rows of each part.
   */
  readonly parts?: Parts;
  /**
   * `$skip` counts from the end of the list, and the rows are read from there. They are still answered in the
   * list's order. Only for a total order.
   */
  readonly isFromEnd?: boolean;
  /** Adds `CURSOR` to each row, its place in the order, so that a later page can begin after it. */
  readonly withCursor?: boolean;
}

export interface Parts {
  readonly count: number;
  /** One row for each part. An alias is added after it, as in FROM. */
  readonly source: Sql;
  /** Like `where` of the scope, for the rows of one part. */
  readonly where: (row: Sql, part: Sql) => Sql;
  /** How many of the first terms of the client's order are equal in all rows of a part. */
  readonly alike?: number;
}

/** The most rows that are read to merge a page. Beyond that, sorting all rows once costs less. */
const MOST_MERGED = 100_000;

/**
 * The place of a row in the order, a list of text and null; undefined if the order does not
 * tell all rows apart.
 */
export const CURSOR = '@cursor';

/**
 * Selects rows as objects by property name. An expanded navigation is nested as a JSON object, null or an
 * array. Nested values have the form of `row_to_json` (date-times in ISO 8601). Top-level values have the
 * form that the driver reads.
 */
export function selectList(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const isPage = options.top !== undefined || scope.maxRows !== undefined;
  const isChosenFirst = isPage && (scope.parts || scope.isFromEnd || !isKeyOnly(type, options));
  return (isChosenFirst ? page : rows)(type, options, scope, aliases());
}

const isKeyOnly = ({ key }: EntityType, { select, expand }: QueryOptions): boolean =>
  key !== null && expand.size === 0 && select?.size === 1 && select.has(key);

/**
 * Selects one row with the column `count`, the number of rows that pass `$filter`. It is text, like every
 * bigint of PostgreSQL.
 */
export function selectCount(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const from = rootOf(type, aliases());
  const where = whereOf(options, scope, from);
  return sql`SELECT count(*) AS "count" FROM ${tableOf(type, scope, from)}${where}`;
}

/** Selects the row that `scope.where` names. Of the options only `$select` and `$expand` count. */
export function selectOne(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const one = { ...options, filter: undefined, orderby: [], top: undefined, skip: 0, after: undefined };
  return rows(type, one, { ...scope, order: () => [], maxRows: 1 }, aliases());
}

type NextAlias = () => Sql;

function rows(type: EntityType, options: QueryOptions, scope: Scope, nextAlias: NextAlias): Sql {
  const from = rootOf(type, nextAlias);
  const columns = columnsOf(type, options, from, nextAlias);
  const terms = termsOf(type, options, scope, from);
  const where = whereOf(options, scope, from, terms);
  const values = terms.map(({ value }) => value);
  const cursor = cursorOf(terms, values, scope);
  // FROM comes last, because everything above may have added joins.
  return sql`SELECT ${columns}${cursor} FROM ${tableOf(type, scope, from)}${where}${orderOf(terms)}${limitOf(options, scope)}`;
}

/**
 * Chooses the rows of a page first, and reads and computes only those. Otherwise PostgreSQL would compute the
 * members of all rows that OFFSET skips, and carry them into a sort. If an index finds a row by its key, only
 * keys are chosen, and an index may already have them in order.
 */
function page(type: EntityType, options: QueryOptions, scope: Scope, nextAlias: NextAlias): Sql {
  const from = rootOf(type, nextAlias);
  const row = from.row.alias;
  const terms = termsOf(type, options, scope, from);
  const parts = isMerged(options, scope) ? scope.parts : undefined;
  const part = nextAlias();
  const ofPart = parts && { where: (each: Sql) => parts.where(each, part) };
  const where = whereOf(options, ofPart ?? scope, from, terms);
  const found = nextAlias();
  const key = type.keyIsIndexed && !scope.from && isTotal(terms) ? keyOf(type) : undefined;
  const places = terms.map(({ value }, i) => sql`${value} AS ${placeOf(i)}`);
  const chosen = join([key ? sql`${key.sql(row)} AS _key` : sql`${row}.*`, ...places], ', ');
  const walked = scope.isFromEnd ? terms.map(opposite) : terms;
  const again = (each: Terms): Sql =>
    orderOf(each.map((term, i) => ({ ...term, value: sql`${found}.${placeOf(i)}` })));
  const rowsInOrder = (each: Terms): Sql =>
    sql`SELECT ${chosen} FROM ${tableOf(type, scope, from)}${where}${orderOf(each)}`;
  const rowsOfParts = (of: Parts): Sql =>
    sql`SELECT ${found}.* FROM ${of.source} AS ${part} CROSS JOIN LATERAL (
          ${rowsInOrder(walked.slice(of.alike ?? 0))}${raw(` LIMIT ${rowsOfPart(options, scope)}`)}
        ) AS ${found}${again(walked)}`;
  const choice = sql`${parts ? rowsOfParts(parts) : rowsInOrder(walked)}${limitOf(options, scope)}`;
  const shown = key ? nextAlias() : found;
  const columns = columnsOf(type, options, { ...from, row: { ...from.row, alias: shown } }, nextAlias);
  const cursor = cursorOf(
    terms,
    terms.map((_, i) => sql`${found}.${placeOf(i)}`),
    scope,
  );
  const read = key ? sql` JOIN ${type.source} AS ${shown} ON ${key.sql(shown)} = ${found}._key` : empty;
  return sql`SELECT ${columns}${cursor} FROM (${choice}) AS ${found}${read}${again(terms)}`;
}

const rowsOfPart = (options: QueryOptions, scope: Scope): number =>
  (limitIn(options, scope) ?? 0) + options.skip;

const isMerged = (options: QueryOptions, scope: Scope): boolean =>
  scope.parts !== undefined &&
  scope.parts.count > 1 &&
  scope.parts.count * rowsOfPart(options, scope) <= MOST_MERGED;

const placeOf = (term: number): Sql => raw(`_place${term}`);

function cursorOf(terms: Terms, values: readonly Sql[], { withCursor }: Scope): Sql {
  if (!withCursor || !isTotal(terms)) return empty;
  const texts = values.map((value) => sql`(${value})::text`);
  return sql`, ARRAY[${join(texts, ', ')}] AS ${quoted(CURSOR)}`;
}

const quoted = (name: string): Sql => raw(`"${name.replaceAll('"', '""')}"`);

const tableOf = (type: EntityType, { from: other }: Scope, from: From): Sql =>
  sql`${other ?? type.source} AS ${from.row.alias}${joinsOf(from)}`;

function columnsOf(
  type: EntityType,
  { select, expand }: QueryOptions,
  from: From,
  nextAlias: NextAlias,
): Sql {
  const { alias } = from.row;
  const columns: Sql[] = select
    ? Object.entries(type.properties)
        .filter(([name]) => select.has(name))
        .map(([name, property]) => sql`${property.sql(alias)} AS ${quoted(name)}`)
    : [allColumns(type, alias)];
  for (const [name, { navigation, options }] of expand) {
    columns.push(sql`(${nested({ navigation, options }, alias, nextAlias)}) AS ${quoted(name)}`);
    if (!navigation.many || !options.count) continue;
    const count = selectNestedCount(navigation, options, alias, nextAlias);
    columns.push(sql`(${count}) AS ${quoted(`${name}@odata.count`)}`);
  }
  return columns.length > 0 ? join(columns, ', ') : empty;
}

/** Cached, because composing eighty columns took longer than the rest of the statement. */
const composed = new WeakMap<EntityType['properties'], Map<string, Sql>>();

function allColumns({ properties }: EntityType, alias: Sql): Sql {
  let byAlias = composed.get(properties);
  if (!byAlias) composed.set(properties, (byAlias = new Map()));
  let all = byAlias.get(alias.text);
  if (!all) {
    const columns = Object.entries(properties).map(
      ([name, property]) => sql`${property.sql(alias)} AS ${quoted(name)}`,
    );
    byAlias.set(alias.text, (all = columns.length > 0 ? join(columns, ', ') : empty));
  }
  return all;
}

/**
 * A subselect in the select list runs after the sort, for the rows of the page only. It uses `row_to_json`
 * over a subselect instead of `json_build_object`, because functions take at most a hundred arguments, and
 * entities have up to eighty properties.
 */
function nested({ navigation, options }: Expansion, parent: Sql, nextAlias: NextAlias): Sql {
  const where = (child: Sql): Sql => navigation.on(parent, child);
  const alias = nextAlias();
  if (navigation.many) {
    const list = rows(navigation.target(), options, { where }, nextAlias);
    return sql`SELECT coalesce(json_agg(row_to_json(${alias})), '[]'::json) FROM (${list}) AS ${alias}`;
  }
  const only = { ...options, orderby: [], top: undefined, skip: 0 };
  const one = rows(navigation.target(), only, { where, order: () => [], maxRows: 1 }, nextAlias);
  return sql`SELECT row_to_json(${alias}) FROM (${one}) AS ${alias}`;
}

function selectNestedCount(
  navigation: Navigation,
  options: QueryOptions,
  parent: Sql,
  nextAlias: NextAlias,
): Sql {
  const type = navigation.target();
  const from = rootOf(type, nextAlias);
  const where = whereOf(options, { where: (child) => navigation.on(parent, child) }, from);
  return sql`SELECT count(*) FROM ${tableOf(type, {}, from)}${where}`;
}

function whereOf({ filter, after }: QueryOptions, { where }: Scope, from: From, terms?: Terms): Sql {
  const conditions: Sql[] = [];
  if (where) conditions.push(sql`(${where(from.row.alias)})`);
  if (filter) conditions.push(sql`(${compile(filter, from)})`);
  if (after && terms) conditions.push(behind(terms, after));
  return conditions.length > 0 ? sql` WHERE ${join(conditions, ' AND ')}` : empty;
}

const keyOf = ({ key, properties }: EntityType): Property | undefined =>
  key === null ? undefined : properties[key];

type Terms = readonly Term[];

const orderOf = (terms: Terms): Sql =>
  terms.length === 0 ? empty : sql` ORDER BY ${join(terms.map(inOrder), ', ')}`;

/**
 * The client's order followed by the key, or by the caller's own order if there is no key. So pages neither
 * overlap nor leave out a row. The added terms take the direction of the client's last term. Then the
 * opposite order is the same list read from its end, and one index serves both.
 */
function termsOf(type: EntityType, { orderby }: QueryOptions, { order: own }: Scope, from: From): Terms {
  const key = keyOf(type);
  if (own && orderby.length === 0) return own(from.row.alias);
  const terms = orderby.map(({ expression, descending }): Term => {
    const path = expression.node === 'path' ? expression.path : undefined;
    const isKey = key !== undefined && path?.hops.length === 0 && path.property === key;
    const isKnown = path?.hops.length === 0 && path.members.length === 0 && path.property?.nullable === false;
    return {
      value: settled(expression, compile(expression, from)),
      type: typeOf(expression),
      descending,
      isKnown: isKey || isKnown,
      // Text keys that sort as equal may still differ.
      isUnique: isKey && typeOf(expression).kind !== 'string',
    };
  });
  if (isTotal(terms)) return terms;
  if (!key) return [...terms, ...(own?.(from.row.alias) ?? [])];
  const descending = terms.at(-1)?.descending ?? false;
  const added = (property: Property, isUnique: boolean): Term => {
    const value = property.sql(from.row.alias);
    return { value, type: propertyType(property, false), descending, isKnown: true, isUnique };
  };
  const tied = terms.length > 0 && type.ties !== undefined ? type.properties[type.ties] : undefined;
  const isAsked = orderby.some(({ expression: e }) => e.node === 'path' && e.path.property === tied);
  return [...terms, ...(tied && !isAsked ? [added(tied, false)] : []), added(key, true)];
}

/** A value in the form that it is sorted by. */
function settled(expression: Expr, value: Sql): Sql {
  const { kind } = typeOf(expression);
  if (kind === 'string') return sortable(value);
  return isCondition(expression) ? sql`((${value}) IS TRUE)` : value;
}

const limitIn = ({ top }: QueryOptions, { maxRows }: Scope): number | undefined =>
  top === undefined ? maxRows : Math.min(top, maxRows ?? top);

function limitOf(options: QueryOptions, scope: Scope): Sql {
  const { skip } = options;
  const limit = limitIn(options, scope);
  // Not a parameter: a plan for unknown values must still know how few rows are wanted.
  const limited = limit === undefined ? empty : raw(` LIMIT ${BigInt(limit)}`);
  return skip > 0 ? sql`${limited} OFFSET ${skip}::int8` : limited;
}
