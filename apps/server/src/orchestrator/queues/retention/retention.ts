import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { tell } from '../../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { archiveBucket } from '../../buckets/archive-bucket.ts';
import { RetentionAction, RetentionType } from '../../processes/contract.ts';
import type { Setting } from '../../processes/retention-setting.ts';
import { type FoundQueue, requireQueue } from '../definitions/find-queue.ts';
import { queueUpdated } from '../events.ts';
import { type putQueueRetention, QueueRetention } from './contract.ts';

export const listRetention = (ctx: Context): Promise<Page> =>
  list(ctx, QueueRetention, { where: (row) => sql`${row}.type = ${RetentionType.Final}` });

export const findRetention = (ctx: Context, queueId: number, type: number = RetentionType.Final) =>
  findByKey(ctx, QueueRetention, queueId, { where: (row) => sql`${row}.type = ${type}` });

export const putRetention = (
  ctx: Context,
  { key, body }: InputFor<typeof putQueueRetention>,
): Promise<void> =>
  ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, key, { lock: true });
    await saveRetention(tx, ctx, key, {
      type: body.Type ?? RetentionType.Final,
      action: body.Action,
      period: body.Period,
      bucketId: body.BucketId ?? null,
      bucketMember: 'BucketId',
    });
    await tellOf(tx, ctx, queue);
  });

export const forgetRetention = (ctx: Context, key: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, key, { lock: true });
    await tx.execute(sql`delete from queue_retention where queue_id = ${key}`);
    await tellOf(tx, ctx, queue);
  });

export async function saveRetention(
  tx: Transaction,
  ctx: Context,
  queueId: number,
  { type, action, period, bucketId: given, bucketMember }: Setting,
): Promise<void> {
  const bucketId =
    action === RetentionAction.Archive ? await archiveBucket(tx, ctx, given, bucketMember) : null;
  await tx.execute(sql`
    insert into queue_retention (queue_id, type, action, period, bucket_id)
    values (${queueId}, ${type}, ${action}, ${period}, ${bucketId}::bigint)
    on conflict (queue_id, type) do update
      set action = excluded.action, period = excluded.period, bucket_id = excluded.bucket_id`);
}

const tellOf = (tx: Transaction, ctx: Context, { id, key, name }: FoundQueue): Promise<void> =>
  tell(tx, ctx, queueUpdated, [
    { key, folderId: folderOf(ctx).id, payload: { id, name, changed: ['Retention'] } },
  ]);
