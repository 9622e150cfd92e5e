import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { sortable } from './fold-text.ts';
import type { EntityType, Navigation } from './model.ts';
import type { Expansion, QueryOptions } from './options.ts';
import { compile } from './sql.ts';
import { aliases, type From, joinsOf, rootOf } from './sql-rows.ts';
import { type Expr, isCondition, typeOf } from './tree.ts';

/** What the caller, not the client, decides about the rows. */
export interface Scope {
  /** Which rows the caller may see at all, given the alias of the row. */
  readonly where?: (row: Sql) => Sql;
  /** Stands in for the type's source: a table or a parenthesised query with the same columns. */
  readonly from?: Sql;
  /** Order where the client names none, given the alias of the row; absent: by key. */
  readonly orderBy?: (row: Sql) => Sql;
  /** Rows at most, whatever `$top` says or where it says nothing. */
  readonly maxRows?: number;
}

/**
 * Rows as objects by property name; an expanded navigation is nested as a JSON object, null or an array.
 * Nested values are as `row_to_json` writes them (date-times in ISO 8601), top-level ones as the driver reads
 * them.
 */
export function selectList(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  return rows(type, options, scope, aliases());
}

/** One row with column `count`, text as PostgreSQL's bigint is: how many rows `$filter` leaves. */
export function selectCount(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const from = rootOf(type, aliases());
  const where = whereOf(options, scope, from);
  return sql`SELECT count(*) AS "count" FROM ${tableOf(type, scope, from)}${where}`;
}

/** The row that `scope.where` names; of the options, `$select` and `$expand` count. */
export function selectOne(type: EntityType, options: QueryOptions, scope: Scope = {}): Sql {
  const one = { ...options, filter: undefined, orderby: [], top: undefined, skip: 0 };
  return rows(type, one, { ...scope, orderBy: () => empty, maxRows: 1 }, aliases());
}

type NextAlias = () => Sql;

function rows(type: EntityType, options: QueryOptions, scope: Scope, nextAlias: NextAlias): Sql {
  const from = rootOf(type, nextAlias);
  const columns = columnsOf(type, options, from, nextAlias);
  const where = whereOf(options, scope, from);
  const order = orderOf(type, options, scope, from);
  // Last, because all of the above may have asked for joins.
  return sql`SELECT ${columns} FROM ${tableOf(type, scope, from)}${where}${order}${limitOf(options, scope)}`;
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
  const columns: Sql[] = [];
  for (const [name, property] of Object.entries(type.properties)) {
    if (!select || select.has(name)) columns.push(sql`${property.sql(alias)} AS ${quoted(name)}`);
  }
  for (const [name, { navigation, options }] of expand) {
    columns.push(sql`(${nested({ navigation, options }, alias, nextAlias)}) AS ${quoted(name)}`);
    if (!navigation.many || !options.count) continue;
    const count = selectNestedCount(navigation, options, alias, nextAlias);
    columns.push(sql`(${count}) AS ${quoted(`${name}@odata.count`)}`);
  }
  return columns.length > 0 ? join(columns, ', ') : empty;
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
  const one = rows(navigation.target(), only, { where, orderBy: () => empty, maxRows: 1 }, nextAlias);
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

function whereOf({ filter }: QueryOptions, { where }: Scope, from: From): Sql {
  const conditions: Sql[] = [];
  if (where) conditions.push(sql`(${where(from.row.alias)})`);
  if (filter) conditions.push(sql`(${compile(filter, from)})`);
  return conditions.length > 0 ? sql` WHERE ${join(conditions, ' AND ')}` : empty;
}

/** The client's order with the key behind it, so that pages neither overlap nor leave a row out. */
function orderOf(type: EntityType, { orderby }: QueryOptions, { orderBy }: Scope, from: From): Sql {
  const { alias } = from.row;
  const key = type.key === null ? undefined : type.properties[type.key];
  const byKey = key ? [sql`${key.sql(alias)} ASC`] : [];
  if (orderby.length === 0) {
    const given = orderBy ? orderBy(alias) : join(byKey.length > 0 ? byKey : [empty]);
    return given.strings.join('').trim() === '' ? empty : sql` ORDER BY ${given}`;
  }
  let unique = false;
  const terms = orderby.map(({ expression, descending }) => {
    const path = expression.node === 'path' ? expression.path : undefined;
    const isKey = key !== undefined && path?.hops.length === 0 && path.property === key;
    // Keys that are text are told apart more sharply than they are sorted.
    unique ||= isKey && typeOf(expression).kind !== 'string';
    const value = compile(expression, from);
    const known =
      isKey || (path?.hops.length === 0 && path.members.length === 0 && path.property?.nullable === false);
    // OData has null below all values; PostgreSQL has it above, and so have its indexes.
    const nulls = known ? empty : descending ? sql` NULLS LAST` : sql` NULLS FIRST`;
    return sql`${settled(expression, value)}${descending ? sql` DESC` : sql` ASC`}${nulls}`;
  });
  return sql` ORDER BY ${join(unique ? terms : [...terms, ...byKey], ', ')}`;
}

/** A value as it is sorted by. */
function settled(expression: Expr, value: Sql): Sql {
  const { kind } = typeOf(expression);
  if (kind === 'string') return sortable(value);
  return isCondition(expression) ? sql`((${value}) IS TRUE)` : value;
}

function limitOf({ top, skip }: QueryOptions, { maxRows }: Scope): Sql {
  const limit = top === undefined ? maxRows : Math.min(top, maxRows ?? top);
  const limited = limit === undefined ? empty : sql` LIMIT ${limit}::int8`;
  return skip > 0 ? sql`${limited} OFFSET ${skip}::int8` : limited;
}
