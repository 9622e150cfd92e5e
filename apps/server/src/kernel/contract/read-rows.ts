import { type Cursor, tokenOf } from '@baton/odata/order';
import { CURSOR, selectCount, selectList, selectOne } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { prepared } from '../db/prepared.ts';
import type { Statement } from '../db/sql.ts';
import { notFound } from '../errors.ts';
import { type Context, folderOf } from '../http/context.ts';
import type { Entity } from './entity.ts';
import { rememberedCount } from './remembered-count.ts';

/** A page of rows, as `many` answers it. */
export class Page {
  readonly rows: readonly unknown[];
  readonly count: number | undefined;
  /** `$skiptoken` of the next page, where the server itself ended this one. */
  readonly next: string | undefined;
  constructor(rows: readonly unknown[], count?: number, next?: string) {
    this.rows = rows;
    this.count = count;
    this.next = next;
  }

  /** The same page of other rows. */
  map(change: (row: Record<string, unknown>) => unknown): Page {
    return new Page((this.rows as Record<string, unknown>[]).map(change), this.count, this.next);
  }
}

export interface Scope {
  /** Narrows the rows, beside tenant and folder. */
  readonly where?: (row: Sql) => Sql;
  /** `where` finds rows of the tenant only: it is no condition of its own, and an index may answer alone. */
  readonly isWithinTenant?: boolean;
  /** Instead of the entity's table. */
  readonly from?: Sql;
  readonly orderBy?: (row: Sql) => Sql;
  /** Rows say where they stand in the order. */
  readonly withCursor?: boolean;
  /**
   * - `here` (default where the operation needs a folder): the folder of the call
   * - an id: that folder
   * - a list: any of those
   * - `all`: wherever in the tenant; only behind a check of its own
   */
  readonly folder?: 'here' | 'all' | number | readonly number[];
}

/** The rows of an entity that the call's query options ask for, within its tenant and folder. */
export const list = (ctx: Context, entity: Entity, scope: Scope = {}): Promise<Page> =>
  pageOf(ctx, {
    async rows(most, isCutHere) {
      const { filter, skip, after } = ctx.options;
      // What a filter chooses may be much or little: its values decide on the plan.
      const named = filter || skip > 0 || after ? (statement: Sql): Statement => statement : prepared;
      if (!isCutHere) return { rows: await ctx.db.query(named(selectRows(ctx, entity, scope, most))) };
      // One row more tells whether others follow.
      const asked = { ...scope, withCursor: true };
      const rows = await ctx.db.query<{ [CURSOR]?: Cursor }>(named(selectRows(ctx, entity, asked, most + 1)));
      if (rows.length <= most) return { rows };
      return { rows: rows.slice(0, most), next: rows[most - 1]![CURSOR] ?? skip + most };
    },
    count: () => count(ctx, entity, scope),
  });

interface Found {
  /**
   * So many rows at most. `isCutHere`: it is the server that ends the page there, and `next` says where the
   * rest begins, if any.
   */
  readonly rows: (
    most: number,
    isCutHere: boolean,
  ) => Promise<{ readonly rows: readonly unknown[]; readonly next?: Cursor | number }>;
  readonly count: () => Promise<number>;
}

/**
 * The page of a call, for those who find its rows in a way of their own. The server cuts where the client did
 * not say how many it wants, or more than it prefers in a page. `@odata.count` is spared where the rows
 * themselves tell it, and on pages that a link led to.
 */
export async function pageOf({ options, pageRows }: Context, found: Found): Promise<Page> {
  const { top, skip, after, count } = options;
  const isCutHere = top === undefined || top > pageRows;
  const most = isCutHere ? pageRows : top;
  const { rows, next } = most === 0 ? { rows: [] } : await found.rows(most, isCutHere);
  const token = next === undefined ? undefined : tokenOf(next);
  if (count === false || (after && !count)) return new Page(rows, undefined, token);
  const isLast = isCutHere ? !token : rows.length < most;
  if (isLast && !after && (rows.length > 0 || skip === 0)) return new Page(rows, skip + rows.length);
  return new Page(rows, await found.count(), token);
}

/** How many rows `list` would find without `$top` and `$skip`. */
export const count = (ctx: Context, entity: Entity, scope: Scope = {}): Promise<number> =>
  countBy(ctx, countStatement(ctx, entity, scope));

/** What a statement with one column `count` says; see `rememberedCount`. */
export async function countBy(ctx: Context, counting: Sql): Promise<number> {
  if (ctx.shared) return rememberedCount(ctx.shared, counting);
  return (await ctx.db.first<{ count: number }>(counting))?.count ?? 0;
}

/** The statement behind `count`. */
export const countStatement = (ctx: Context, entity: Entity, scope: Scope): Sql =>
  selectCount(entity.type, ctx.options, narrowed(ctx, entity, scope));

/** The statement behind `list`, for those who read its rows in a way of their own. */
export const selectRows = (ctx: Context, entity: Entity, scope: Scope, maxRows?: number): Sql =>
  selectList(entity.type, ctx.options, { ...narrowed(ctx, entity, scope), maxRows });

const narrowed = (ctx: Context, entity: Entity, scope: Scope) => ({
  from: scope.from,
  orderBy: scope.orderBy,
  withCursor: scope.withCursor,
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
  if (entity.inTenant && !scope.isWithinTenant) conditions.push(entity.inTenant(row, ctx.tenant.id));
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
