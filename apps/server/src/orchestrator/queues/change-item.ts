import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { find } from '../../kernel/contract/read-rows.ts';
import { badRequest, CODE, conflict, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { type putQueueItem, QueueItem, QueueItemStatus } from './contract.ts';
import { checkSchema, storedContent } from './item-data.ts';
import { lockItem, queueById } from './sql.ts';
import { mayBecome } from './transitions.ts';

/** Only these members change, and only while the item is New; whatever else the body holds is left alone. */
export async function editItem(ctx: Context, { key, body }: InputFor<typeof putQueueItem>): Promise<void> {
  const content = storedContent(body.SpecificContent, 'SpecificContent');
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    if (item.status !== QueueItemStatus.New)
      throw conflict(CODE.ForbiddenOperation, 'Only an item with status New can be edited.');
    const queue = (await queueById(tx, item.queue_id))!;
    if (content !== null) checkSchema(queue, 'specific', content, 'SpecificContent');
    if (body.Reference && body.Reference !== item.reference) {
      throw badRequest(CODE.ForbiddenOperation, 'Reference: cannot be changed.');
    }
    await tx.execute(sql`
      update queue_items
         set progress = ${body.Progress ?? null}, priority = coalesce(${body.Priority ?? null}::smallint, priority),
             due_at = ${body.DueDate ?? null}::timestamptz, defer_at = ${body.DeferDate ?? null}::timestamptz,
             specific_content = coalesce(${content}::json, specific_content), row_version = row_version + 1
       where id = ${item.id}`);
    await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
      {
        type: 'queueItem.updated',
        entity: 'QueueItem',
        key: item.id,
        folderId: queue.folder_id,
        payload: { queueId: queue.id },
      },
    ]);
  });
}

export async function deleteItem(ctx: Context, key: number): Promise<void> {
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    if (!mayBecome(item.status, QueueItemStatus.Deleted)) {
      throw conflict(
        CODE.ForbiddenOperation,
        'An item that is in progress, retried or deleted cannot be deleted.',
      );
    }
    await tx.execute(sql`
      update queue_items set status = ${QueueItemStatus.Deleted}, unique_reference = null, row_version = row_version + 1 where id = ${item.id}`);
    await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
      {
        type: 'queueItem.deleted',
        entity: 'QueueItem',
        key: item.id,
        folderId: ctx.folder!.id,
        payload: { queueId: item.queue_id },
      },
    ]);
  });
}

/** The newest attempt of the items that share a key. */
export const newestAttempt = (ctx: Context, key: string): Promise<unknown> =>
  find(ctx, QueueItem, {
    where: (row) =>
      sql`${row}.key = ${key}::uuid and ${row}.id = (select max(i.id) from queue_items i where i.key = ${key}::uuid)`,
  });

/** The key that an item shares with its retries. */
export async function keyOf(ctx: Context, id: number): Promise<string> {
  const row = await ctx.db.first<{ key: string }>(
    sql`select key from queue_items where id = ${id} and folder_id = ${folderOf(ctx).id}`,
  );
  if (!row) throw notFound(QueueItem.label);
  return row.key;
}
