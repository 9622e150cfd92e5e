import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { sortable } from './fold-text.ts';
import type { EntityType, Navigation, Property } from './model.ts';
import type { Expansion, QueryOptions } from './options.ts';
import { behind, inOrder, isTotal, opposite, type Term } from './order.ts';
import { propertyType } from './property-type.ts';
import { compile } from './sql.ts';
import { aliases, type From, joinsOf, rootOf } from './sql-rows.ts';
import { type Expr, isCondition, typeOf } from './tree.ts';

/** What the caller, not the client, decides about the rows. */
export interface Scope {
  /** Which rows the caller may see at all, given the alias of the row. */
  readonly where?: (row: Sql) => Sql;
  /** Stands in for the type's source: a table or a parenthesised query with the same columns. */
  readonly from?: Sql;
  /**
   * The order where the client names none, given the alias of the row; its last term tells any two rows
   * apart. Absent: by key.
   */
  readonly order?: (row: Sql) => Terms;
  /** Rows at most, whatever `$top` says or where it says nothing. */
  readonly maxRows?: number;
  /**
   * The rows lie in parts, such as folders, and indexes have the rows of one part in order: a page is put
   * together from the first rows of each part.
   */
  readonly parts?: Parts;
  /**
   * `$skip` counts from the end of the list, where the rows of the page are walked to; they come in the
   * list's order all the same. Only where the order is total.
   */
  readonly isFromEnd?: boolean;
  /** Each row brings in `CURSOR` where it stands in the order: a later page can begin behind it. */
  readonly withCursor?: boolean;
}

export interface Parts {
  readonly count: number;
  /** A row for each, as it stands after FROM with an alias behind it. */
  readonly source: Sql;
  /** As `where` of the scope, of the rows of one part. */
  readonly where: (row: Sql, part: Sql) => Sql;
  /** So many first terms of the client's order are the same in all rows of a part. */
  readonly alike?: number;
}

/** Rows that are read at most to put a page together; beyond it one sort of all is less. */
const MOST_MERGED = 100_000;

/**
 * Where a row stands in the order, a list of text and null; undefined where no order tells all rows apart.
 */
export const CURSOR = '@cursor';

/**
 * Rows as objects by property name; an expanded navigation is nested as a JSON object, null or an array.
 * Nested values are as `row_to_json` writes them (date-times in ISO 8601), top-level ones as the driver reads
 * them.
 */
export function selectList(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const isPage = options.top !== undefined || scope.maxRows !== undefined;
  const isChosenFirst = isPage && (scope.parts || scope.isFromEnd || !isKeyOnly(type, options));
  return (isChosenFirst ? page : rows)(type, options, scope, aliases());
}

const isKeyOnly = ({ key }: EntityType, { select, expand }: QueryOptions): boolean =>
  key !== null && expand.size === 0 && select?.size === 1 && select.has(key);

/** One row with column `count`, text as PostgreSQL's bigint is: how many rows `$filter` leaves. */
export function selectCount(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const from = rootOf(type, aliases());
  const where = whereOf(options, scope, from);
  return sql`SELECT count(*) AS "count" FROM ${tableOf(type, scope, from)}${where}`;
}

/** The row that `scope.where` names; of the options, `$select` and `$expand` count. */
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
  // Last, because all of the above may have asked for joins.
  return sql`SELECT ${columns}${cursor} FROM ${tableOf(type, scope, from)}${where}${orderOf(terms)}${limitOf(options, scope)}`;
}

/**
 * The rows of a page are chosen first, and only they are read and computed: PostgreSQL computes the members
 * of all rows that OFFSET passes over, and carries them into a sort. Where an index finds a row by its key
 * the choice is of keys alone, which an index may have in order.
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

/** Composing eighty columns anew took longer than all the rest of a statement. */
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
 * A subselect in the select list: it runs for the rows of the page, after the sort. `row_to_json` over a
 * subselect instead of `json_build_object`: functions take a hundred arguments, entities have up to eighty
 * properties.
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
 * The client's order with the key behind it, or the caller's own order where there is no key, so that pages
 * neither overlap nor leave a row out. What is added follows the direction of the client's last term: so the
 * opposite order is the same list from its end, and an index serves both.
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
      // Keys that are text are told apart more sharply than they are sorted.
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

/** A value as it is sorted by. */
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
  // Not a parameter: a plan for any values must know how few rows are wanted.
  const limited = limit === undefined ? empty : raw(` LIMIT ${BigInt(limit)}`);
  return skip > 0 ? sql`${limited} OFFSET ${skip}::int8` : limited;
}
