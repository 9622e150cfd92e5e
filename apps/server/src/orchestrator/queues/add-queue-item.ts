import sql from 'sql-template-tag';
import type { Input, InputOf } from '../../kernel/contract/fields.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { uniqueViolation } from '../../kernel/db/violations.ts';
import { ApiError, CODE, invalid } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import {
  type addQueueItem,
  type bulkAddQueueItems,
  CommitType,
  QueueItem,
  QueueItemData,
  QueueItemPriority,
} from './contract.ts';
import { checkSchema, duplicateReference, storedContent, uniqueReferenceOf } from './item-data.ts';
import { insertItem, type NewItem, type QueueRow, queueByName, type Starter } from './sql.ts';

type ItemInput = InputOf<typeof QueueItemData>;

export async function addItem(ctx: Context, { body }: InputFor<typeof addQueueItem>): Promise<unknown> {
  const { itemData } = body;
  if (!itemData.Name) throw invalid('itemData.Name', 'is required');
  const queue = await queueByName(ctx, itemData.Name);
  const id = await ctx.transaction((tx) => addOne(tx, ctx, queue, itemData, 'itemData.'));
  return findByKey(ctx, QueueItem, id);
}

/** Inserts one item with its event; `started` makes it a running transaction from the beginning. */
export async function addOne(
  tx: Transaction,
  ctx: Context,
  queue: QueueRow,
  input: ItemInput,
  path: string,
  started?: Starter,
): Promise<number> {
  const item = newItem(queue, input, path);
  let row: { id: number; key: string } | undefined;
  try {
    row = await tx.first(insertItem(ctx, queue, item, started));
  } catch (error) {
    if (uniqueViolation(error) === 'queue_items_unique_reference') throw duplicateReference();
    throw error;
  }
  await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
    {
      type: started ? 'queueItem.transactionStarted' : 'queueItem.added',
      entity: 'QueueItem',
      key: row!.id,
      folderId: queue.folder_id,
      payload: { queueId: queue.id, reference: item.reference },
    },
  ]);
  return row!.id;
}

function newItem(queue: QueueRow, input: ItemInput, path: string): NewItem {
  const content = storedContent(input.SpecificContent, `${path}SpecificContent`);
  checkSchema(queue, 'specific', content, `${path}SpecificContent`);
  return {
    reference: input.Reference ?? null,
    uniqueReference: uniqueReferenceOf(queue, input.Reference),
    priority: input.Priority ?? QueueItemPriority.Normal,
    dueAt: input.DueDate ?? null,
    deferAt: input.DeferDate ?? null,
    riskSlaAt: input.RiskSlaDate ?? null,
    content,
    progress: input.Progress ?? null,
    source: input.Source ?? null,
    parentOperationId: input.ParentOperationId ?? null,
  };
}

interface FailedItem {
  readonly Ordinal: number;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Thrown to roll back what AllOrNothing had added before the bad item. */
class NothingAdded extends Error {}

/** Always 200: what failed is in the answer. Ordinals count from 0. */
export async function bulkAdd(ctx: Context, { body }: InputFor<typeof bulkAddQueueItems>): Promise<unknown> {
  const queue = await queueByName(ctx, body.queueName);
  const items = body.queueItems as readonly Input<typeof QueueItemData.fields>[];
  const failed: FailedItem[] = [];
  try {
    await ctx.transaction(async (tx) => {
      failed.length = 0;
      for (const [ordinal, item] of items.entries()) {
        const problem = await addInSavepoint(tx, ctx, queue, item, ordinal);
        if (problem) failed.push(problem);
        if (problem && body.commitType === CommitType.StopOnFirstFailure) break;
      }
      if (failed.length > 0 && body.commitType === CommitType.AllOrNothing) throw new NothingAdded();
    });
  } catch (error) {
    if (!(error instanceof NothingAdded)) throw error;
  }
  return {
    Success: failed.length === 0,
    Message: failed.length === 0 ? null : `${failed.length} of ${items.length} items could not be added.`,
    FailedItems: failed,
  };
}

async function addInSavepoint(
  tx: Transaction,
  ctx: Context,
  queue: QueueRow,
  item: ItemInput,
  ordinal: number,
): Promise<FailedItem | undefined> {
  await tx.execute(sql`savepoint item`);
  try {
    await addOne(tx, ctx, queue, item, `queueItems[${ordinal}].`);
    await tx.execute(sql`release savepoint item`);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await tx.execute(sql`rollback to savepoint item`);
    const name = Object.entries(CODE).find(([, code]) => code === error.code)?.[0];
    return { Ordinal: ordinal, ErrorCode: name ?? 'InvalidArgument', ErrorMessage: error.message };
  }
}
