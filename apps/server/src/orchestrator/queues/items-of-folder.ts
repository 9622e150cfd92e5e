import type { Expr } from '@baton/odata/tree';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { count, DEFAULT_PAGE, list, Page, type Scope } from '../../kernel/contract/read-rows.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { QueueDefinition, QueueItem } from './contract.ts';

/**
 * Lists items of a folder along the indexes of its queues. Left alone, the planner takes a name of a queue
 * for one of thousands, or walks all items of the installation for a hundred of a small folder: with 1.5
 * million items 3.4 s and 2.5 s, now below 5 ms each. So the queues are looked up first, and where nothing
 * but the order by id is asked for, each queue gives its part of the page.
 */
export async function listInFolder(ctx: Context, more: Scope = {}): Promise<Page> {
  const scope: FolderScope = more.where ? more : await scopeOf(ctx);
  const { options } = ctx;
  const most = options.top ?? DEFAULT_PAGE;
  const uncounted = { ...ctx, options: { ...options, count: false } };
  const { rows } = await list(uncounted, QueueItem, {
    ...scope,
    from: scope.ids && pageOf(ctx, scope.ids, most),
  });
  if (options.count === false) return new Page(rows, undefined);
  const isLast = rows.length < most && (rows.length > 0 || options.skip === 0);
  return new Page(rows, isLast ? options.skip + rows.length : await count(ctx, QueueItem, scope));
}

interface FolderScope extends Scope {
  /** The queues, where the filter names none. */
  readonly ids?: readonly number[];
}

async function scopeOf(ctx: Context): Promise<FolderScope> {
  const named = namedQueue(ctx.options.filter);
  // The condition of the entity is a look at the primary key of queue_folders then.
  if (named?.by === 'id') return {};
  const queues = await ctx.db.query<{ queue_id: number }>(sql`
    select queue_id from queue_folders where folder_id = ${folderOf(ctx).id}
       ${named ? sql`and name = ${named.value}` : empty}`);
  const ids = queues.map((queue) => queue.queue_id);
  if (named && ids.length === 1) return { folder: 'all', where: (row) => sql`${row}.queue_id = ${ids[0]}` };
  return { folder: 'all', where: (row) => sql`${row}.queue_id = any(${ids}::bigint[])`, ids };
}

interface Named {
  readonly by: 'id' | 'name';
  readonly value: unknown;
}

const { QueueDefinitionId, QueueDefinitionName } = QueueItem.type.properties;
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

/**
 * Rows that a page may read of all queues together in this way; beyond it one walk over the primary key is
 * less.
 */
const MOST_READ = 100_000;

/**
 * The rows of a page and what stands before it: so many of each queue. Undefined where a filter or another
 * order chooses them.
 */
function pageOf({ options }: Context, ids: readonly number[], most: number): Sql | undefined {
  const { filter, orderby, skip } = options;
  const [first, ...others] = orderby;
  const byId =
    !first ||
    (others.length === 0 &&
      first.expression.node === 'path' &&
      first.expression.path.property === QueueItem.type.properties.Id);
  const each = most + skip;
  if (filter || !byId || ids.length * each > MOST_READ) return undefined;
  return sql`(
    select i.*, d.name as queue_definition_name, d.encrypted
      from unnest(${ids}::bigint[]) as q (id)
     cross join lateral (select * from queue_items o where o.queue_id = q.id
                          order by o.id ${raw(first?.descending ? 'desc' : 'asc')} limit ${each}::int8) i
      join queue_definitions d on d.id = i.queue_id)`;
}
