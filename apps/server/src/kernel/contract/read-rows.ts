import { type Cursor, tokenOf } from '@baton/odata/order';
import { CURSOR, selectCount, selectList, selectOne } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { BoundedMap } from '../bounded-map.ts';
import { prepared } from '../db/prepared.ts';
import type { Queryable, Statement } from '../db/sql.ts';
import { notFound } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { part } from '../http/part.ts';
import type { Entity } from './entity.ts';
import type { Fields } from './fields.ts';
import { growingCount, growthOf, looksElsewhere } from './growing-count.ts';
import { Page, type Selected } from './page.ts';
import { partsOf } from './parts.ts';
import { type Counts, MOST, rememberedCount } from './remembered-count.ts';
import { conditionOf, type Scope } from './scope.ts';

export { Page, type Scope, type Selected };

const remembered = part((): Counts => new BoundedMap(MOST));
const growth = part((_, db) => growthOf(db));

/** The members of a handmade row that `$select` asks for. */
export const selected = <Row extends object>({ options: { select } }: Context, row: Row): Row | Selected =>
  select ? (Object.fromEntries(Object.entries(row).filter(([name]) => select.has(name))) as Selected) : row;

/** The rows of an entity that the call's query options ask for, within its tenant and folder. */
export const list = <F extends Fields>(
  ctx: Context,
  entity: Entity<F>,
  scope: Scope = {},
): Promise<Page<Selected<F>>> =>
  pageOf(ctx, {
    async rows(most, isCutHere) {
      // One more row tells whether others follow.
      const wanted = isCutHere ? most + 1 : most;
      const asked = { ...scope, parts: await partsOf(ctx, entity, scope), withCursor: isCutHere };
      const { rows, total } = (await isNearEnd(ctx, entity, scope))
        ? await rowsFromEnd(ctx, entity, asked, wanted)
        : await rowsFromStart(ctx, entity, asked, wanted);
      if (rows.length <= most) return { rows, total };
      return { rows: rows.slice(0, most), total, next: rows[most - 1]![CURSOR] ?? ctx.options.skip + most };
    },
    count: () => count(ctx, entity, scope),
    estimate: () => estimate(ctx, entity, scope),
  });

interface Rows<F extends Fields> {
  readonly rows: readonly (Selected<F> & { readonly [CURSOR]?: Cursor })[];
  /** The number of rows in all, if it had to be counted. */
  readonly total?: number;
}

async function rowsFromStart<F extends Fields>(
  ctx: Context,
  entity: Entity<F>,
  scope: Scope,
  most: number,
): Promise<Rows<F>> {
  const { filter, skip, after } = ctx.options;
  // A filter may choose few rows or many, so the plan has to depend on its values.
  const named = filter || skip > 0 || after ? (statement: Sql): Statement => statement : prepared;
  return { rows: await ctx.db.query<Selected<F>>(named(selectRows(ctx, entity, scope, most))) };
}

/** From this `$skip` on, it is checked whether the end of the list is nearer. */
export const DEEP = 5000;

async function isNearEnd(ctx: Context, entity: Entity, scope: Scope): Promise<boolean> {
  const { skip } = ctx.options;
  const isInTotalOrder = entity.type.key !== null || scope.order !== undefined;
  if (skip < DEEP || !ctx.shared || !isInTotalOrder) return false;
  return skip > (await estimate(ctx, entity, scope)) / 2;
}

/**
 * Reads the page backwards from the end of the list. A count in the same snapshot tells how far the page is
 * from there. So the last page of a list passes over a few rows instead of all.
 */
const rowsFromEnd = <F extends Fields>(
  ctx: Context,
  entity: Entity<F>,
  scope: Scope,
  most: number,
): Promise<Rows<F>> =>
  ctx.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    const total = await count(ctx, entity, scope, tx);
    const { skip } = ctx.options;
    const top = Math.min(most, total - skip);
    if (top <= 0) return { rows: [], total };
    const options = { ...ctx.options, top, skip: total - skip - top };
    const rows = selectRows({ ...ctx, options }, entity, { ...scope, isFromEnd: true }, top);
    return { rows: await tx.query<Selected<F>>(rows), total };
  });

interface Found<Row> {
  /**
   * Finds at most `most` rows. `isCutHere`: the server ends the page there, and `next` says where the rest
   * begins, if there is any.
   */
  readonly rows: (
    most: number,
    isCutHere: boolean,
  ) => Promise<{
    readonly rows: readonly Row[];
    readonly next?: Cursor | number;
    readonly total?: number;
  }>;
  readonly count: () => Promise<number>;
  readonly estimate: () => Promise<number>;
}

/**
 * The page of a call, for handlers that find its rows in their own way. The server ends the page if the
 * client gives no `$top`, or one above the size of a page. `@odata.count` is not counted if the rows
 * themselves tell it, or on pages that a link led to.
 */
export async function pageOf<Row>(ctx: Context, found: Found<Row>): Promise<Page<Row>> {
  const { options, pageRows } = ctx;
  const { top, skip, after, count } = options;
  const isCutHere = top === undefined || top > pageRows;
  const most = isCutHere ? pageRows : top;
  const { rows, next, total } = most === 0 ? { rows: [] } : await found.rows(most, isCutHere);
  const token = next === undefined ? undefined : tokenOf(next);
  const isLast = isCutHere ? !token : rows.length < most;
  const whole = isLast && !after && (rows.length > 0 || skip === 0) ? skip + rows.length : undefined;
  if (count === false || (after && !count)) {
    if (!ctx.wantsEstimate) return new Page(rows, undefined, token);
    return new Page(rows, undefined, token, whole ?? Math.max(await found.estimate(), skip + rows.length));
  }
  if (whole !== undefined) return new Page(rows, whole);
  return new Page(rows, total ?? (await found.count()), token);
}

/**
 * Roughly how many rows `list` would find without `$top` and `$skip`: PostgreSQL's own estimate for the same
 * conditions. It reads no row, so it takes a millisecond whatever the filter is.
 */
export async function estimate(ctx: Context, entity: Entity, scope: Scope = {}): Promise<number> {
  const options = { ...ctx.options, ...ALL_UNSEEN };
  const rows = selectRows({ ...ctx, options }, entity, { ...scope, order: () => [] });
  const plan = await ctx.db.first<{ 'QUERY PLAN': readonly [{ Plan: { 'Plan Rows': number } }] }>(
    sql`explain (format json) ${rows}`,
  );
  return plan!['QUERY PLAN'][0].Plan['Plan Rows'];
}

const ALL_UNSEEN = {
  select: new Set<string>(),
  expand: new Map(),
  orderby: [],
  top: undefined,
  skip: 0,
  after: undefined,
} as const;

/** How many rows `list` would find without `$top` and `$skip`. */
export function count(
  ctx: Context,
  entity: Entity,
  scope: Scope = {},
  within: Queryable = ctx.db,
): Promise<number> {
  const statement = countStatement(ctx, entity, scope);
  const { growing } = entity;
  if (!growing || !ctx.shared || looksElsewhere(statement)) return countBy(ctx, statement, within);
  const counting = (behind: number | undefined): Sql =>
    behind === undefined
      ? statement
      : countStatement(
          ctx,
          entity,
          and(scope, (row) => sql`${row}.id > ${behind}`),
        );
  return growingCount(ctx.part(growth), growing, counting, within);
}

const and = ({ where, ...scope }: Scope, more: (row: Sql) => Sql): Scope => ({
  ...scope,
  where: where ? (row) => sql`${where(row)} and ${more(row)}` : more,
});

/** Runs a statement with one column `count`; see `rememberedCount`. */
export async function countBy(ctx: Context, counting: Sql, within: Queryable = ctx.db): Promise<number> {
  if (ctx.shared) return rememberedCount(ctx.part(remembered), counting, within);
  return (await within.first<{ count: number }>(counting))?.count ?? 0;
}

/** The statement behind `count`. */
export const countStatement = (ctx: Context, entity: Entity, scope: Scope): Sql =>
  selectCount(entity.type, ctx.options, narrowed(ctx, entity, scope));

/** The statement behind `list`, for handlers that read its rows in their own way. */
export const selectRows = (ctx: Context, entity: Entity, scope: Scope, maxRows?: number): Sql =>
  selectList(entity.type, ctx.options, { ...narrowed(ctx, entity, scope), maxRows });

const narrowed = (ctx: Context, entity: Entity, scope: Scope) => ({
  from: scope.from,
  order: scope.order,
  withCursor: scope.withCursor,
  parts: scope.parts,
  isFromEnd: scope.isFromEnd,
  where: (row: Sql) => conditionOf(ctx, entity, scope, row),
});

/** The one row that `where` finds, within tenant and folder. It applies `$select` and `$expand`. */
export async function find<F extends Fields>(
  ctx: Context,
  entity: Entity<F>,
  scope: Scope & { where: (row: Sql) => Sql },
): Promise<Selected<F>> {
  const row = await ctx.db.first<Selected<F>>(
    selectOne(entity.type, ctx.options, { ...scope, where: (r: Sql) => conditionOf(ctx, entity, scope, r) }),
  );
  if (!row) throw notFound(entity.label);
  return row;
}

/** The row with a key. */
export const findByKey = <F extends Fields>(
  ctx: Context,
  entity: Entity<F>,
  key: string | number,
  scope: Scope = {},
): Promise<Selected<F>> =>
  find(ctx, entity, {
    ...scope,
    where: (row) => {
      const isIt = sql`${entity.type.properties[entity.key!]!.sql(row)} = ${key}`;
      return scope.where ? sql`${isIt} and ${scope.where(row)}` : isIt;
    },
  });
