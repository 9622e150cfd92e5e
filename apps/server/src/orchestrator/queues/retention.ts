import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { RetentionAction, RetentionType } from '../processes/contract.ts';
import { type FoundQueue, requireQueue } from './find-queue.ts';
import { type putQueueRetention, QueueRetention } from './retention-contract.ts';

export interface Setting {
  readonly type: number;
  readonly action: number;
  readonly period: number;
}

export const listRetention = (ctx: Context): Promise<Page> =>
  list(ctx, QueueRetention, { where: (row) => sql`${row}.type = ${RetentionType.Final}` });

export const findRetention = (ctx: Context, queueId: number, type: number = RetentionType.Final) =>
  findByKey(ctx, QueueRetention, queueId, { where: (row) => sql`${row}.type = ${type}` });

export const putRetention = (
  ctx: Context,
  { key, body }: InputFor<typeof putQueueRetention>,
): Promise<void> => {
  refuseArchive(body.Action, 'Action');
  return ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, key, { lock: true });
    await saveRetention(tx, key, {
      type: body.Type ?? RetentionType.Final,
      action: body.Action,
      period: body.Period,
    });
    await tell(tx, ctx, queue);
  });
};

export const forgetRetention = (ctx: Context, key: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, key, { lock: true });
    await tx.execute(sql`delete from queue_retention where queue_id = ${key}`);
    await tell(tx, ctx, queue);
  });

export const saveRetention = (
  tx: Transaction,
  queueId: number,
  { type, action, period }: Setting,
): Promise<unknown> =>
  tx.execute(sql`
    insert into queue_retention (queue_id, type, action, period) values (${queueId}, ${type}, ${action},
      ${period})
    on conflict (queue_id, type) do update set action = excluded.action, period = excluded.period`);

const DEFAULT_DAYS = { [RetentionType.Final]: 30, [RetentionType.Stale]: 180 } as const;

interface RetentionInput {
  readonly RetentionAction?: number | null;
  readonly RetentionPeriod?: number | null;
  readonly StaleRetentionAction?: number | null;
  readonly StaleRetentionPeriod?: number | null;
}

/** Retention in the body of a queue; what it does not say stays as it is. */
export function retentionOf(body: RetentionInput): readonly Setting[] {
  refuseArchive(body.RetentionAction, 'RetentionAction');
  refuseArchive(body.StaleRetentionAction, 'StaleRetentionAction');
  const settings: Setting[] = [];
  const add = (type: 0 | 1, action?: number | null, period?: number | null): void => {
    if (typeof action === 'number') settings.push({ type, action, period: period ?? DEFAULT_DAYS[type] });
  };
  add(RetentionType.Final, body.RetentionAction, body.RetentionPeriod);
  add(RetentionType.Stale, body.StaleRetentionAction, body.StaleRetentionPeriod);
  return settings;
}

/**
 * Refused rather than taken for Delete or None: one would lose what was to be kept, the other keep what was
 * to go.
 */
function refuseArchive(action: number | null | undefined, member: string): void {
  if (action === RetentionAction.Archive)
    throw invalid(
      member,
      'Archive is not available yet, there are no buckets to archive to: use Delete or None',
    );
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
