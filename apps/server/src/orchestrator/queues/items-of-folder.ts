import type { QueryOptions } from '@baton/odata/options';
import { selectList } from '@baton/odata/select';
import type { Expr } from '@baton/odata/tree';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { asName } from '../../kernel/contract/name.ts';
import { count, list, Page, type Scope } from '../../kernel/contract/read-rows.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { QueueDefinition, QueueItem } from './contract.ts';

/**
 * Lists items of a folder along the indexes of its queues. Left alone, the planner takes a name of a queue
 * for one of thousands, walks all items of the installation for a hundred of a small folder, and carries
 * every member of a million rows into a sort. So the queues are looked up first, then the ids of the page,
 * then its rows. A hundred of a million items without their count: by CreationTime 1,400 ms or more, now 12.
 */
export async function listInFolder(ctx: Context, more: Scope = {}): Promise<Page> {
  if (more.where) return list(ctx, QueueItem, more);
  const { options } = ctx;
  const ids = await queuesOf(ctx);
  const most = options.top ?? ctx.pageRows;
  const walk = walkOf(options.orderby);
  const onPage = { ...options, filter: undefined, orderby: walk?.withinPage ?? options.orderby };
  const { rows } = await list(
    { ...ctx, options: { ...onPage, top: most, skip: 0, count: false } },
    QueueItem,
    { folder: 'all', from: rowsOf(pageOf(options, ids, most, walk)) },
  );
  if (options.count === false) return new Page(rows, undefined);
  const isLast = rows.length < most && (rows.length > 0 || options.skip === 0);
  if (isLast) return new Page(rows, options.skip + rows.length);
  return new Page(rows, await count(ctx, QueueItem, { folder: 'all', where: isOfOne(ids) }));
}

const isNamed = ({ by, value }: Named): Sql =>
  by === 'id' ? sql`and queue_id = ${value}` : sql`and folded(name) = folded(${asName(String(value))})`;

/** The queues of the folder, or the one of them that the filter names. */
async function queuesOf(ctx: Context): Promise<readonly number[]> {
  const named = namedQueue(ctx.options.filter);
  const queues = await ctx.db.query<{ queue_id: number }>(sql`
    select queue_id from queue_folders where folder_id = ${folderOf(ctx).id}
       ${named ? isNamed(named) : empty}`);
  return queues.map((queue) => queue.queue_id);
}

const isOfOne =
  (ids: readonly number[]) =>
  (row: Sql): Sql =>
    ids.length === 1 ? sql`${row}.queue_id = ${ids[0]}` : sql`${row}.queue_id = any(${ids}::bigint[])`;

interface Named {
  readonly by: 'id' | 'name';
  readonly value: unknown;
}

const { Id, CreationTime, Status, QueueDefinitionId, QueueDefinitionName } = QueueItem.type.properties;
const { Name } = QueueDefinition.type.properties;

/** The queue that every row must be of, whatever else the filter says. */
function namedQueue(filter: Expr | undefined): Named | undefined {
  if (filter?.node === 'logic' && filter.operator === 'and')
    return namedQueue(filter.left) ?? namedQueue(filter.right);
  if (filter?.node !== 'compare' || filter.operator !== 'eq') return undefined;
  const { left, right } = filter;
  if (left.node !== 'path' || right.node !== 'constant' || right.value === null) return undefined;
  const { property, hops, members } = left.path;
  if (members.length > 0) return undefined;
  if (hops.length === 0 && property === QueueDefinitionId) return { by: 'id', value: right.value };
  const isName =
    hops.length === 0 ? property === QueueDefinitionName : hops.length === 1 && property === Name;
  return isName ? { by: 'name', value: right.value } : undefined;
}

type Order = QueryOptions['orderby'];

interface Walk {
  readonly direction: 'asc' | 'desc';
  /** By id, of all rows. */
  readonly byId: Order;
  /** As the client wants it, of the rows within a page. */
  readonly withinPage: Order;
}

/**
 * Ids are given in the order of creation, and an index has them by queue: so the order by CreationTime goes by
 * ids, too, and within a page by the time itself. The two differ where items are added at the same moment, by
 * what one statement takes: at the edge of two pages such items may stand the other way round, none is lost.
 * An index by time would cost each add 9 µs of the 45 that the database takes for it.
 */
function walkOf(orderby: Order): Walk | undefined {
  const [first] = orderby;
  const direction = first?.descending ? 'desc' : 'asc';
  if (!first) return { direction, byId: orderby, withinPage: orderby };
  const { expression } = first;
  if (expression.node !== 'path' || expression.path.hops.length > 0) return undefined;
  const { property } = expression.path;
  if (property === Id) return { direction, byId: [first], withinPage: [first] };
  if (property !== CreationTime) return undefined;
  const byId = { ...first, expression: { ...expression, path: { ...expression.path, property: Id! } } };
  return { direction, byId: [byId], withinPage: [first, byId] };
}

/** Rows that a page may read of all queues together, each walked for itself; beyond it one sort is less. */
const MOST_READ = 100_000;

const ONLY_ID = { select: new Set(['Id']), expand: new Map(), count: false };

/**
 * The ids of a page: so many of each queue along the index that has its ids in order, where nothing but the
 * status chooses them. Any other filter may leave so few that all would be walked one by one: those are for
 * the planner.
 */
function pageOf(options: QueryOptions, ids: readonly number[], most: number, walk: Walk | undefined): Sql {
  const { filter, skip } = options;
  const each = most + skip;
  const asked = { ...options, ...ONLY_ID };
  if (!walk || ids.length * each > MOST_READ || (filter && !isOfStatus(filter))) {
    const orderby = walk?.byId ?? options.orderby;
    return selectList(QueueItem.type, { ...asked, orderby }, { where: isOfOne(ids), maxRows: most });
  }
  const direction = raw(walk.direction);
  const ofQueue = selectList(
    QueueItem.type,
    { ...asked, filter, orderby: [], top: undefined, skip: 0 },
    {
      where: (row) => sql`${row}.queue_id = queue.id`,
      orderBy: (row) => sql`${row}.id ${direction}`,
      maxRows: each,
    },
  );
  return sql`
    select found."Id" from unnest(${ids}::bigint[]) as queue (id) cross join lateral (${ofQueue}) as found
     order by found."Id" ${direction} limit ${most}::int8 offset ${skip}::int8`;
}

function isOfStatus(filter: Expr): boolean {
  switch (filter.node) {
    case 'constant':
      return true;
    case 'logic':
    case 'compare':
      return isOfStatus(filter.left) && isOfStatus(filter.right);
    case 'not':
    case 'in':
      return isOfStatus(filter.operand);
    case 'path': {
      const { property, hops, members } = filter.path;
      if (members.length > 0) return false;
      if (hops.length > 0) return hops.length === 1 && property === Name;
      return property === Status || property === QueueDefinitionId || property === QueueDefinitionName;
    }
    default:
      return false;
  }
}

/** In place of the entity's own rows. */
const rowsOf = (page: Sql): Sql => sql`(
  select i.*, d.name as queue_definition_name, d.encrypted
    from (${page}) as page (id) join queue_items i on i.id = page.id
    left join queue_definitions d on d.id = i.queue_id)`;
