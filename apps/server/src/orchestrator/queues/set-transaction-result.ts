import sql, { type Sql } from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { type ApiError, invalid } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import {
  ProcessingExceptionType,
  QueueItemStatus,
  type setTransactionProgress,
  type setTransactionResult,
} from './contract.ts';
import {
  type ItemEventType,
  itemDeferred,
  itemRetried,
  itemUpdated,
  transactionCompleted,
  transactionFailed,
} from './events.ts';
import type { EndInput, Outcome } from './hot/end-batch.ts';
import { hotOf } from './hot/hot.ts';
import { checkBeforeLock, type SchemaCheck, storedContent } from './item-data.ts';
import { checkException, checkProgress } from './limits.ts';
import { QueueError } from './queue-error.ts';
import { type ItemRow, type QueueRow } from './rows.ts';
import { sealData, sealException } from './sealed-data.ts';
import { lockItem, queueById, queueOfItem } from './sql.ts';

type Result = InputFor<typeof setTransactionResult>['body']['transactionResult'];

/**
 * Ends a transaction, once: an item that is not InProgress any more refuses, so a late result changes
 * nothing. An application exception is retried where the queue says so and attempts are left: the item
 * becomes Retried and a New one takes its place. A deferral without an outcome of its own postpones: the item
 * is New again.
 */
export async function setResult(
  ctx: Context,
  { key, body }: InputFor<typeof setTransactionResult>,
): Promise<AnswerFor<typeof setTransactionResult>> {
  const result = body.transactionResult;
  if (!result.IsSuccessful && !result.ProcessingException?.Reason && !result.DeferDate) {
    throw invalid('transactionResult.ProcessingException.Reason', 'is required when IsSuccessful is false');
  }
  checkProgress(ctx, result.Progress, 'transactionResult.Progress');
  checkException(ctx, result.ProcessingException, 'transactionResult.ProcessingException');
  const output = storedContent(ctx, result.Output, 'transactionResult.Output', 'output');
  const analytics = storedContent(ctx, result.Analytics, 'transactionResult.Analytics', 'analytics');
  const ended = await hotOf(ctx)?.end(endInput(ctx, key, result, output, analytics));
  if (ended === 'notInProgress') throw notStarted();
  if (ended === 'ended') return {};
  await endAlone(ctx, key, result, output, analytics);
  return {};
}

function endInput(
  ctx: Context,
  id: number,
  result: Result,
  output: string | null,
  analytics: string | null,
): EndInput {
  const exception = result.IsSuccessful ? null : result.ProcessingException;
  return {
    id,
    folderId: folderOf(ctx).id,
    outcome: outcomeOf(result),
    exception: exception ? JSON.stringify(storedException(ctx, exception)) : null,
    exceptionType: exception ? (exception.Type ?? ProcessingExceptionType.ApplicationException) : null,
    output,
    analytics,
    progress: result.Progress ?? null,
    operationId: result.OperationId ?? null,
    deferAt: result.DeferDate ?? null,
    dueAt: result.DueDate ?? null,
    actor: actorOf(ctx.principal),
  };
}

function outcomeOf({ IsSuccessful, ProcessingException }: Result): Outcome {
  if (IsSuccessful) return 'successful';
  if (!ProcessingException?.Reason) return 'postponed';
  return ProcessingException.Type === ProcessingExceptionType.BusinessException ? 'failedForGood' : 'failed';
}

/**
 * The same rules for one result: the item may be waited for, and its queue's schemas are held against the
 * result.
 */
async function endAlone(
  ctx: Context,
  key: number,
  result: Result,
  output: string | null,
  analytics: string | null,
): Promise<void> {
  const checks: readonly SchemaCheck[] = result.IsSuccessful
    ? [
        { kind: 'output', text: output, member: 'transactionResult.Output' },
        { kind: 'analytics', text: analytics, member: 'transactionResult.Analytics' },
      ]
    : [];
  const checkLocked = await checkBeforeLock(() => queueOfItem(ctx, key), checks);
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    if (item.status !== QueueItemStatus.InProgress) throw notStarted();
    const queue = (await queueById(tx, item.queue_id))!;
    await checkLocked(queue);
    const status = statusOf(queue, item, result);
    await tx.execute(end(ctx, queue, item, result, status, output, analytics));
    const next =
      status === QueueItemStatus.Retried
        ? await tx.first<{ id: number }>(retryOf(queue, item, result))
        : undefined;
    await tell(tx, ctx, EVENTS[status]!, [
      {
        key: item.id,
        folderId: queue.folder_id,
        payload: { queueId: queue.id, retriedAs: next?.id },
      },
    ]);
  });
}

const EVENTS: Readonly<Record<number, ItemEventType>> = {
  [QueueItemStatus.New]: itemDeferred,
  [QueueItemStatus.Successful]: transactionCompleted,
  [QueueItemStatus.Failed]: transactionFailed,
  [QueueItemStatus.Retried]: itemRetried,
};

const notStarted = (): ApiError =>
  new QueueError(409, 'TransactionNotStarted', 'The transaction is not in progress.');

function statusOf(queue: QueueRow, item: ItemRow, result: Result): number {
  if (result.IsSuccessful) return QueueItemStatus.Successful;
  if (!result.ProcessingException?.Reason) return QueueItemStatus.New;
  const isApplication = result.ProcessingException.Type !== ProcessingExceptionType.BusinessException;
  const retries =
    isApplication && queue.accept_automatically_retry && item.retry_number < queue.max_number_of_retries;
  return retries ? QueueItemStatus.Retried : QueueItemStatus.Failed;
}

function end(
  ctx: Context,
  queue: QueueRow,
  item: ItemRow,
  result: Result,
  status: number,
  output: string | null,
  analytics: string | null,
): Sql {
  const exception =
    status === QueueItemStatus.Failed || status === QueueItemStatus.Retried
      ? result.ProcessingException
      : null;
  const isPostponed = status === QueueItemStatus.New;
  return sql`
    update queue_items
       set status = ${status}, row_version = row_version + 1,
           end_processing = ${isPostponed ? sql`null` : sql`now()`},
           start_processing = ${isPostponed ? sql`null` : sql`start_processing`},
           defer_at = ${isPostponed ? sql`${result.DeferDate}::timestamptz` : sql`defer_at`},
           due_at = ${isPostponed ? sql`coalesce(${dueDateOf(queue, result)}::timestamptz, due_at)` : sql`due_at`},
           robot_id = ${isPostponed ? sql`null` : sql`robot_id`},
           executor_job_key = ${isPostponed ? sql`null` : sql`executor_job_key`},
           unique_reference = ${status === QueueItemStatus.Retried ? sql`null` : sql`unique_reference`},
           output = ${sealData(ctx, queue, output)}::json, analytics = ${sealData(ctx, queue, analytics)}::json, progress = coalesce(${result.Progress ?? null}, progress),
           operation_id = ${result.OperationId ?? null},
           processing_exception = ${exception ? JSON.stringify(sealException(ctx, queue, storedException(ctx, exception))) : null}::jsonb,
           processing_exception_type = ${exception ? (exception.Type ?? ProcessingExceptionType.ApplicationException) : null}::smallint
     where id = ${item.id}`;
}

const storedException = (ctx: Context, exception: NonNullable<Result['ProcessingException']>): object => ({
  ...exception,
  Type: exception.Type ?? ProcessingExceptionType.ApplicationException,
  CreationTime: exception.CreationTime ?? new Date(ctx.now()).toISOString(),
});

/** In a queue with an SLA the deadline is the queue's. */
const dueDateOf = (queue: QueueRow, { DueDate }: Result): string | null =>
  queue.sla_in_minutes > 0 ? null : (DueDate ?? null);

/** The item that stands in: same key, next retry number, at the end of the line. */
const retryOf = (queue: QueueRow, item: ItemRow, result: Result): Sql => sql`
  insert into queue_items (key, tenant_id, folder_id, queue_id, reference, unique_reference, priority, due_at, defer_at, risk_sla_at,
    specific_content, progress, seconds_in_previous_attempts, ancestor_id, ancestor_unique_key, retry_number, source,
    parent_operation_id, creator_job_key, creator_user_id, manual_ancestor_id, manual_ancestor_unique_key, manual_retry_number)
  select key, tenant_id, folder_id, queue_id, reference, ${queue.enforce_unique_reference ? sql`reference` : sql`null`}, priority,
    coalesce(${dueDateOf(queue, result)}::timestamptz, due_at), ${result.DeferDate ?? null}::timestamptz, risk_sla_at,
    specific_content, progress, greatest(0, extract(epoch from now() - start_processing))::int, id, unique_key, retry_number + 1,
    source, parent_operation_id, creator_job_key, creator_user_id, manual_ancestor_id, manual_ancestor_unique_key,
    manual_retry_number
    from queue_items where id = ${item.id}
  returning id`;

export async function setProgress(
  ctx: Context,
  { key, body }: InputFor<typeof setTransactionProgress>,
): Promise<AnswerFor<typeof setTransactionProgress>> {
  checkProgress(ctx, body.progress, 'progress');
  const noted = await hotOf(ctx)?.note({
    id: key,
    folderId: folderOf(ctx).id,
    progress: body.progress ?? null,
    actor: actorOf(ctx.principal),
  });
  if (noted === 'notInProgress') throw notStarted();
  if (noted === 'ended') return {};
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    if (item.status !== QueueItemStatus.InProgress) throw notStarted();
    await tx.execute(sql`
      update queue_items set progress = ${body.progress ?? null}, row_version = row_version + 1 where id = ${item.id}`);
    await tell(tx, ctx, itemUpdated, [
      {
        key: item.id,
        folderId: ctx.folder!.id,
        payload: { queueId: item.queue_id, status: item.status, progress: body.progress },
      },
    ]);
  });
  return {};
}
