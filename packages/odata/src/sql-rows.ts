import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { fromJson, jsonMember } from './json-value.ts';
import type { EntityType, Navigation } from './model.ts';
import type { Collection, Path, Row } from './tree.ts';

/**
 * A row in SQL: its alias, and the to-one rows joined to it. Each is joined once, however
 * often a path names it.
 */
interface Joined {
  readonly alias: Sql;
  readonly type?: EntityType;
  readonly hops: Map<Navigation, Joined>;
  /** The joins in the row's FROM clause. */
  readonly joins: Sql[];
}

/** The rows that names in an expression may refer to, and the FROM clause under construction. */
export interface From {
  readonly row: Joined;
  readonly rows: ReadonlyMap<number, Joined>;
  readonly nextAlias: () => Sql;
}

/** Aliases that no fragment of the model uses by chance. One counter serves a whole statement. */
export function aliases(): () => Sql {
  let last = 0;
  return () => raw(`_r${(last += 1)}`);
}

export function rootOf(type: EntityType, nextAlias: () => Sql): From {
  const row: Joined = { alias: nextAlias(), type, hops: new Map(), joins: [] };
  return { row, rows: new Map([[0, row]]), nextAlias };
}

/** Enters a lambda: adds one more row, with joins of its own. */
export function enter(element: Row | EntityType, outer: From): From {
  const type = 'shape' in element ? (element.shape === 'entity' ? element.type : undefined) : element;
  const row: Joined = { alias: outer.nextAlias(), type, hops: new Map(), joins: [] };
  const rows = 'shape' in element ? new Map(outer.rows).set(element.id, row) : outer.rows;
  return { row, rows, nextAlias: outer.nextAlias };
}

/** ` LEFT JOIN …` for the paths compiled so far. Compile everything first, then write FROM. */
export const joinsOf = ({ row }: From): Sql => (row.joins.length === 0 ? empty : join(row.joins, '', ''));

export function compilePath(path: Path, from: From): Sql {
  const { property, members } = path;
  const base = follow(path.row, path.hops, from);
  if (path.row.shape === 'scalar') {
    return path.row.json
      ? fromJson(sql`${base.alias}.value`, { ...path.row.property, collection: false })
      : sql`${base.alias}.value`;
  }
  const start = property ? property.sql(base.alias) : sql`${base.alias}.value`;
  const last = members.at(-1);
  if (!last) return start;
  return fromJson(
    members.reduce((json, member) => jsonMember(json, member.name), start),
    last.property,
  );
}

/**
 * Joins to-one navigations with left joins instead of subselects. Then the planner can start from the other
 * table if the condition on it is the selective one.
 */
function follow(row: Row, hops: readonly Navigation[], from: From): Joined {
  const start = from.rows.get(row.id);
  if (!start) throw new Error(`row ${row.id} is not in scope`);
  let current: Joined = start;
  for (const hop of hops) {
    let next: Joined | undefined = current.hops.get(hop);
    if (!next) {
      const type = hop.target();
      next = { alias: from.nextAlias(), type, hops: new Map(), joins: current.joins };
      current.joins.push(
        sql` LEFT JOIN ${type.source} AS ${next.alias} ON ${hop.on(current.alias, next.alias)}`,
      );
      current.hops.set(hop, next);
    }
    current = next;
  }
  return current;
}

/** `EXISTS (…)` over the rows or values that `inner` was entered for. */
export const existsIn = (collection: Collection, inner: From, wanted?: Sql): Sql =>
  sql`EXISTS (SELECT 1${body(collection, inner, wanted)})`;

export const countOf = (collection: Collection, element: Row, from: From): Sql =>
  sql`(SELECT count(*)${body(collection, enter(element, from))})`;

function body(collection: Collection, inner: From, wanted?: Sql): Sql {
  const { alias } = inner.row;
  if (collection.of === 'rows') {
    const { navigation } = collection;
    const parent = follow(collection.row, collection.hops, inner);
    const on = navigation.on(parent.alias, alias);
    const also = wanted ? sql` AND (${wanted})` : empty;
    return sql` FROM ${navigation.target().source} AS ${alias}${joinsOf(inner)} WHERE (${on})${also}`;
  }
  const { path } = collection;
  const values = compilePath(path, inner);
  const property = path.members.at(-1)?.property ?? path.property;
  const json = path.members.length > 0 || property?.complex || property?.type === 'Edm.Untyped';
  const elements = json
    ? sql`jsonb_array_elements(CASE jsonb_typeof(${values}) WHEN 'array' THEN ${values} END)`
    : sql`unnest(${values})`;
  const where = wanted ? sql` WHERE (${wanted})` : empty;
  return sql` FROM ${elements} AS ${alias}(value)${joinsOf(inner)}${where}`;
}
