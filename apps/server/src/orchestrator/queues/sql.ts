import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { hotOf } from './hot/hot.ts';
import { isSeenIn } from './hot/seen-in.ts';
import type { ItemRow, QueueRow, Starter } from './rows.ts';

/** The queue of that name in the call's folder. The answer may be a remembered one. */
export async function queueByName(ctx: Context, name: string): Promise<QueueRow> {
  const folderId = folderOf(ctx).id;
  const read = (db: Queryable) =>
    db.first<QueueRow>({
      name: 'queue-by-name',
      text: `select d.* from queue_folders l join queue_definitions d on d.id = l.queue_id
              where l.folder_id = $1 and folded(l.name) = folded($2)`,
      values: [folderId, name],
    });
  const row = await (hotOf(ctx)?.queues({ key: `${folderId} ${foldText(name)}`, read, db: ctx.db }) ??
    read(ctx.db));
  if (!row) throw notFound(name);
  return row;
}

/** The robot that the caller's job runs on, or the robot that the caller names by key. */
export async function starterOf(ctx: Context, robotKey: string | null | undefined): Promise<Starter> {
  const { job } = ctx.principal;
  if (job) return { robotId: job.robotId, jobKey: job.key };
  if (!robotKey) return { robotId: null, jobKey: null };
  const read = (db: Queryable) =>
    db.first<{ id: number }>(
      sql`select id from robots where key = ${robotKey}::uuid and tenant_id = ${ctx.tenant.id}`,
    );
  const robot = await (hotOf(ctx)?.robots({ key: `${ctx.tenant.id} ${robotKey}`, read, db: ctx.db }) ??
    read(ctx.db));
  if (!robot) throw notFound('Robot');
  return { robotId: robot.id, jobKey: null };
}

/** Locks an item of the call's folder, so that decisions about it stay valid. */
export async function lockItem(tx: Queryable, ctx: Context, id: number): Promise<ItemRow> {
  const row = await tx.first<ItemRow>({
    name: 'queue-item-lock',
    text: `select id, key, unique_key, queue_id, folder_id, status, retry_number, reference from queue_items
            where id = $1 and ${isSeenIn('$2')} for update`,
    values: [id, folderOf(ctx).id],
  });
  if (!row) throw notFound('QueueItem');
  return row;
}

export const queueById = (tx: Queryable, id: number): Promise<QueueRow | undefined> =>
  tx.first<QueueRow>({
    name: 'queue-by-id',
    text: 'select * from queue_definitions where id = $1',
    values: [id],
  });

/**
 * Finds the queue of an item anywhere in the tenant. Before anything is told to the caller, the item is
 * locked, and that is where its visibility is checked.
 */
export const queueOfItem = (ctx: Context, itemId: number): Promise<QueueRow | undefined> =>
  ctx.db.first<QueueRow>({
    name: 'queue-of-item',
    text: `select d.* from queue_items i join queue_definitions d on d.id = i.queue_id where i.id = $1 and i.tenant_id = $2`,
    values: [itemId, ctx.tenant.id],
  });
