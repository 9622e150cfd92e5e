import { selectCount, selectList, selectOne } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { notFound } from '../errors.ts';
import { type Context, folderOf } from '../http/context.ts';
import type { Entity } from './entity.ts';

/** A page of rows, as `many` answers it. */
export class Page {
  readonly rows: readonly unknown[];
  readonly count: number | undefined;
  constructor(rows: readonly unknown[], count: number | undefined) {
    this.rows = rows;
    this.count = count;
  }
}

export interface Scope {
  /** Narrows the rows, beside tenant and folder. */
  readonly where?: (row: Sql) => Sql;
  /** Instead of the entity's table. */
  readonly from?: Sql;
  readonly orderBy?: (row: Sql) => Sql;
  /**
   * - `here` (default where the operation needs a folder): the folder of the call
   * - an id: that folder
   * - a list: any of those
   * - `all`: wherever in the tenant; only behind a check of its own
   */
  readonly folder?: 'here' | 'all' | number | readonly number[];
}

/**
 * The rows of an entity that the call's query options ask for, within its tenant and folder. `@odata.count` is spared where the
 * page itself tells it: a page that is not full is the last one.
 */
export async function list(ctx: Context, entity: Entity, scope: Scope = {}): Promise<Page> {
  const { options } = ctx;
  const limit = options.top ?? ctx.pageRows;
  const rows = await ctx.db.query(selectRows(ctx, entity, scope, limit));
  if (options.count === false) return new Page(rows, undefined);
  const isLast = rows.length < limit && (rows.length > 0 || options.skip === 0);
  if (isLast) return new Page(rows, options.skip + rows.length);
  return new Page(rows, await count(ctx, entity, scope));
}

/** How many rows `list` would find without `$top` and `$skip`. */
export async function count(ctx: Context, entity: Entity, scope: Scope = {}): Promise<number> {
  const counted = await ctx.db.first<{ count: number }>(
    selectCount(entity.type, ctx.options, narrowed(ctx, entity, scope)),
  );
  return counted?.count ?? 0;
}

/** The statement behind `list`, for those who read its rows in a way of their own. */
export const selectRows = (ctx: Context, entity: Entity, scope: Scope, maxRows?: number): Sql =>
  selectList(entity.type, ctx.options, { ...narrowed(ctx, entity, scope), maxRows });

const narrowed = (ctx: Context, entity: Entity, scope: Scope) => ({
  from: scope.from,
  orderBy: scope.orderBy,
  where: (row: Sql) => conditionOf(ctx, entity, scope, row),
});

/** The one row that `where` finds, within tenant and folder; with `$select` and `$expand`. */
export async function find(
  ctx: Context,
  entity: Entity,
  scope: Scope & { where: (row: Sql) => Sql },
): Promise<Record<string, unknown>> {
  const row = await ctx.db.first<Record<string, unknown>>(
    selectOne(entity.type, ctx.options, { ...scope, where: (r: Sql) => conditionOf(ctx, entity, scope, r) }),
  );
  if (!row) throw notFound(entity.label);
  return row;
}

/** The row with a key. */
export const findByKey = (
  ctx: Context,
  entity: Entity,
  key: string | number,
  scope: Scope = {},
): Promise<Record<string, unknown>> =>
  find(ctx, entity, {
    ...scope,
    where: (row) => {
      const isIt = sql`${entity.type.properties[entity.key!]!.sql(row)} = ${key}`;
      return scope.where ? sql`${isIt} and ${scope.where(row)}` : isIt;
    },
  });

function conditionOf(ctx: Context, entity: Entity, scope: Scope, row: Sql): Sql {
  const conditions: Sql[] = [];
  if (entity.inTenant) conditions.push(entity.inTenant(row, ctx.tenant.id));
  const folder = entity.inFolder && folderCondition(ctx, entity.inFolder, scope.folder ?? 'here', row);
  if (folder) conditions.push(folder);
  if (scope.where) conditions.push(sql`(${scope.where(row)})`);
  if (conditions.length === 0) return sql`true`;
  return conditions.reduce((left, right) => sql`${left} and ${right}`);
}

function folderCondition(
  ctx: Context,
  inFolder: (row: Sql, folderIds: readonly number[]) => Sql,
  folder: NonNullable<Scope['folder']>,
  row: Sql,
): Sql | undefined {
  if (folder === 'all') return undefined;
  const ids = folder === 'here' ? [folderOf(ctx).id] : typeof folder === 'number' ? [folder] : folder;
  return ids.length === 0 ? sql`false` : inFolder(row, ids);
}
