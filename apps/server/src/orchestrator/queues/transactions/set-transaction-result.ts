import { actorOf } from '../../../kernel/auth/principal.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { type ApiError, invalid } from '../../../kernel/errors.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { type EndInput, endItems, type Outcome } from '../hot/end-batch.ts';
import { hotOf } from '../hot/hot.ts';
import { noteProgress, type ProgressInput } from '../hot/progress-batch.ts';
import { ProcessingExceptionType, QueueItemStatus } from '../items/contract.ts';
import { checkBeforeLock, type SchemaCheck, storedContent } from '../items/item-data.ts';
import { sealData, sealException } from '../items/sealed-data.ts';
import { checkException, checkProgress } from '../limits.ts';
import { QueueError } from '../queue-error.ts';
import type { ItemRow, QueueRow } from '../rows.ts';
import { lockItem, queueById, queueOfItem } from '../sql.ts';
import { type setTransactionProgress, type setTransactionResult } from './contract.ts';
import { mayBecome } from './transitions.ts';

type Result = InputFor<typeof setTransactionResult>['body']['transactionResult'];

/**
 * Ends a transaction, once. An item that is no longer InProgress is refused, so a late result changes
 * nothing. An application exception is retried if the queue says so and attempts are left: the item becomes
 * Retried and a New one takes its place. A deferral without another outcome postpones the transaction: the
 * item becomes New again.
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
  const inputFor = (queue: SealsOrNot) => endInput(ctx, key, { ...result, output, analytics }, queue);
  const ended = await hotOf(ctx)?.end(inputFor({ encrypted: false }));
  if (ended === 'notInProgress') throw notStarted();
  if (ended === 'ended') return {};
  const checks: readonly SchemaCheck[] = result.IsSuccessful
    ? [
        { kind: 'output', text: output, member: 'transactionResult.Output' },
        { kind: 'analytics', text: analytics, member: 'transactionResult.Analytics' },
      ]
    : [];
  await endAlone(ctx, key, inputFor, checks);
  return {};
}

type SealsOrNot = Pick<QueueRow, 'encrypted'>;

function endInput(
  ctx: Context,
  id: number,
  result: Result & { readonly output: string | null; readonly analytics: string | null },
  queue: SealsOrNot,
): EndInput {
  const exception = result.IsSuccessful ? null : result.ProcessingException;
  return {
    id,
    folderId: folderOf(ctx).id,
    outcome: outcomeOf(result),
    exception: exception ? JSON.stringify(sealException(ctx, queue, storedException(ctx, exception))) : null,
    exceptionType: exception ? (exception.Type ?? ProcessingExceptionType.ApplicationException) : null,
    output: sealData(ctx, queue, result.output),
    analytics: sealData(ctx, queue, result.analytics),
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

/** One result by itself: the item may be waited for, and its queue's schemas are held against the result. */
async function endAlone(
  ctx: Context,
  key: number,
  inputFor: (queue: SealsOrNot) => EndInput,
  checks: readonly SchemaCheck[],
): Promise<void> {
  const checkLocked = await checkBeforeLock(ctx, () => queueOfItem(ctx, key), checks);
  await ctx.transaction(async (tx) => {
    const { queue_id } = await lockInProgress(tx, ctx, key);
    const queue = (await queueById(tx, queue_id))!;
    await checkLocked(queue);
    await endItems(tx, [inputFor(queue)], { isChecked: true });
  });
}

async function lockInProgress(tx: Transaction, ctx: Context, key: number): Promise<ItemRow> {
  const item = await lockItem(tx, ctx, key);
  if (!mayBecome(item.status, QueueItemStatus.Successful)) throw notStarted();
  return item;
}

const notStarted = (): ApiError =>
  new QueueError(409, 'TransactionNotStarted', 'The transaction is not in progress.');

const storedException = (ctx: Context, exception: NonNullable<Result['ProcessingException']>): object => ({
  ...exception,
  Type: exception.Type ?? ProcessingExceptionType.ApplicationException,
  CreationTime: exception.CreationTime ?? new Date(ctx.now()).toISOString(),
});

export async function setProgress(
  ctx: Context,
  { key, body }: InputFor<typeof setTransactionProgress>,
): Promise<AnswerFor<typeof setTransactionProgress>> {
  checkProgress(ctx, body.progress, 'progress');
  const input: ProgressInput = {
    id: key,
    folderId: folderOf(ctx).id,
    progress: body.progress ?? null,
    actor: actorOf(ctx.principal),
  };
  const noted = await hotOf(ctx)?.note(input);
  if (noted === 'notInProgress') throw notStarted();
  if (noted === 'ended') return {};
  await ctx.transaction(async (tx) => {
    await lockInProgress(tx, ctx, key);
    await noteProgress(tx, [input]);
  });
  return {};
}
