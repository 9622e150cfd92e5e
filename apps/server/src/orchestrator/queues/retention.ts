import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { forbidden, invalid } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { hasOption } from '../buckets/bucket-options.ts';
import { RetentionAction, RetentionType } from '../processes/contract.ts';
import { type FoundQueue, requireQueue } from './find-queue.ts';
import { type putQueueRetention, QueueRetention } from './retention-contract.ts';

export interface Setting {
  readonly type: number;
  readonly action: number;
  readonly period: number;
  /** With Archive. */
  readonly bucketId: number | null;
  /** What the input calls the bucket. */
  readonly bucketMember: string;
}

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
    await tell(tx, ctx, queue);
  });

export const forgetRetention = (ctx: Context, key: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, key, { lock: true });
    await tx.execute(sql`delete from queue_retention where queue_id = ${key}`);
    await tell(tx, ctx, queue);
  });

export async function saveRetention(
  tx: Transaction,
  ctx: Context,
  queueId: number,
  { type, action, period, bucketId: given, bucketMember }: Setting,
): Promise<void> {
  const bucketId = action === RetentionAction.Archive ? await archiveTo(tx, ctx, given, bucketMember) : null;
  await tx.execute(sql`
    insert into queue_retention (queue_id, type, action, period, bucket_id)
    values (${queueId}, ${type}, ${action}, ${period}, ${bucketId}::bigint)
    on conflict (queue_id, type) do update
      set action = excluded.action, period = excluded.period, bucket_id = excluded.bucket_id`);
}

/** A bucket of the call's folder into which the caller may write: the archive is written on their behalf. */
async function archiveTo(tx: Transaction, ctx: Context, id: number | null, member: string): Promise<number> {
  if (!id) throw invalid(member, 'is required to archive');
  const folder = folderOf(ctx).id;
  const bucket = await tx.first<{ name: string; options: number }>(sql`
    select b.name, b.options from buckets b join bucket_folders l on l.bucket_id = b.id
     where b.id = ${id} and b.tenant_id = ${ctx.tenant.id} and l.folder_id = ${folder}`);
  if (!bucket || !ctx.access.can('Buckets.View', folder))
    throw invalid(member, `there is no bucket ${id} in the folder`);
  if (!ctx.access.can('BlobFiles.Create', folder)) throw forbidden('BlobFiles.Create is needed to archive.');
  if (hasOption(bucket.options, 'ReadOnly')) throw invalid(member, `the bucket ${bucket.name} is read-only`);
  return id;
}

const DEFAULT_DAYS = { [RetentionType.Final]: 30, [RetentionType.Stale]: 180 } as const;

interface RetentionInput {
  readonly RetentionAction?: number | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  readonly StaleRetentionAction?: number | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

/** Retention in the body of a queue; what it does not say stays as it is. */
export function retentionOf(body: RetentionInput): readonly Setting[] {
  const settings: Setting[] = [];
  for (const [type, prefix] of [
    [RetentionType.Final, ''],
    [RetentionType.Stale, 'Stale'],
  ] as const) {
    const action = body[`${prefix}RetentionAction`];
    if (typeof action !== 'number') continue;
    settings.push({
      type,
      action,
      period: body[`${prefix}RetentionPeriod`] ?? DEFAULT_DAYS[type],
      bucketId: body[`${prefix}RetentionBucketId`] ?? null,
      bucketMember: `${prefix}RetentionBucketId`,
    });
  }
  return settings;
}

const tell = (tx: Transaction, ctx: Context, queue: FoundQueue): Promise<void> =>
  recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
    {
      type: 'queue.updated',
      entity: 'QueueDefinition',
      key: queue.id,
      folderId: folderOf(ctx).id,
      payload: { name: queue.name, changed: ['Retention'] },
    },
  ]);
