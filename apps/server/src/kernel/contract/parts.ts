import { folded } from '@baton/odata/fold-text';
import type { Parts } from '@baton/odata/select';
import { looksOnlyAt } from '@baton/odata/tree';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type Context, folderOf } from '../http/context.ts';
import type { Entity } from './entity.ts';
import { conditionOf, type Scope } from './scope.ts';

/** The most names, counted over all folders, for which a page is merged by name. */
const MOST_NAMES = 1000;

/**
 * The parts that a page is merged from, if the entity has indexes that begin with the folder: the folders of
 * the list or, if the order begins with a name, the names in those folders. Otherwise, the planner would sort
 * all rows of all folders for one page, and no index has names in the order in which people sort them. A
 * filter on anything but the indexed properties may leave so few rows that all of them would be walked one by
 * one. Those lists are left to the planner.
 */
export async function partsOf(ctx: Context, entity: Entity, scope: Scope): Promise<Parts | undefined> {
  const { inOneFolder, indexedInFolder } = entity;
  const { filter } = ctx.options;
  if (!inOneFolder || (filter && !looksOnlyAt(filter, indexedInFolder))) return undefined;
  const name = namedFirst(ctx, entity);
  const { folder = 'here' } = scope;
  const isOne = folder === 'here' || typeof folder === 'number';
  if (isOne && !name) return undefined;
  const ids = await foldersOf(ctx, folder);
  const inPart = (row: Sql, part: Sql): Sql =>
    sql`${inOneFolder(row, sql`${part}.id`)} and ${conditionOf(ctx, entity, { ...scope, folder: 'all' }, row)}`;
  if (!name) return { count: ids.length, source: sql`(select unnest(${ids}::int8[]) as id)`, where: inPart };
  const rows = await ctx.db.query<{ id: number; name: string }>(namesIn(entity, ids, name, inPart));
  if (rows.length > MOST_NAMES) return undefined;
  return {
    // The query engine ignores a single part, but here even one has to be read through its index.
    count: Math.max(2, rows.length),
    source: sql`(select unnest(${rows.map(({ id }) => id)}::int8[]) as id,
                        unnest(${rows.map((row) => row.name)}::text[]) as name)`,
    where: (row, part) => sql`${folded(name(row))} = ${part}.name and ${inPart(row, part)}`,
    alike: 1,
  };
}

async function foldersOf(ctx: Context, folder: NonNullable<Scope['folder']>): Promise<readonly number[]> {
  if (folder === 'here') return [folderOf(ctx).id];
  if (typeof folder === 'number') return [folder];
  if (folder !== 'all') return folder;
  const rows = await ctx.db.query<{ id: number }>(
    sql`select id from folders where tenant_id = ${ctx.tenant.id}`,
  );
  return rows.map(({ id }) => id);
}

/** The name property that the order begins with, if an index contains it. */
function namedFirst({ options: { orderby } }: Context, { names }: Entity): ((row: Sql) => Sql) | undefined {
  const expression = orderby[0]?.expression;
  if (expression?.node !== 'path' || expression.path.hops.length > 0) return undefined;
  const { property, members } = expression.path;
  return members.length === 0 && property && names.has(property) ? property.sql : undefined;
}

/** Finds each name once, with one lookup in the index for each name. */
function namesIn(
  { type: { source } }: Entity,
  ids: readonly number[],
  name: (row: Sql) => Sql,
  inPart: (row: Sql, part: Sql) => Sql,
): Sql {
  const row = raw('r');
  const first = (behind: Sql): Sql => sql`
    (select ${folded(name(row))} from ${source} as ${row} where ${inPart(row, raw('v'))} ${behind}
      order by ${folded(name(row))} using ~<~ limit 1)`;
  return sql`
    with recursive found (id, name) as (
      select v.id, ${first(empty)} from unnest(${ids}::int8[]) as v (id)
      union all
      select v.id, ${first(sql`and ${folded(name(row))} ~>~ v.name`)} from found as v where v.name is not null)
    select id, name from found where name is not null limit ${MOST_NAMES + 1}`;
}
