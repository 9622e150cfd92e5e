import { actorOf } from '../../../kernel/auth/principal.ts';
import type { InputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { type AddInput, addItems, NotTaken } from '../hot/add-batch.ts';
import { answerItem } from '../hot/answer-item.ts';
import { hotOf } from '../hot/hot.ts';
import type { StoredItem } from '../hot/item-row.ts';
import { checkProgress } from '../limits.ts';
import { type QueueRow, type Starter } from '../rows.ts';
import { queueByName } from '../sql.ts';
import { type addQueueItem, type QueueItemData, QueueItemPriority } from './contract.ts';
import type { ItemAnswer } from './item-answer.ts';
import { misfitOf, storedContent, uniqueReferenceOf } from './item-data.ts';
import { showItem } from './read-items.ts';
import { sealData } from './sealed-data.ts';

export type ItemInput = InputOf<typeof QueueItemData>;

export async function addItem(
  ctx: Context,
  { body }: InputFor<typeof addQueueItem>,
): Promise<AnswerFor<typeof addQueueItem>> {
  const { itemData } = body;
  if (!itemData.Name) throw invalid('itemData.Name', 'is required');
  const item = await addOne(ctx, await queueByName(ctx, itemData.Name), itemData, 'itemData.');
  // Lists show the name of the folder. Tests of clients require that this answer does not.
  return item.OrganizationUnitFullyQualifiedName === undefined
    ? item
    : { ...item, OrganizationUnitFullyQualifiedName: null };
}

/**
 * Adds an item with its event and answers it. With `started` it is a running transaction from the beginning.
 */
export async function addOne(
  ctx: Context,
  queue: QueueRow,
  item: ItemInput,
  path: string,
  started?: Starter,
): Promise<ItemAnswer> {
  const read = readInput(ctx, queue, item, path, started);
  if (queue.specific_data_json_schema) {
    const member = `${path}SpecificContent`;
    const error = await misfitOf(ctx, queue, [{ kind: 'specific', text: read.content, member }]);
    if (error) throw error;
  }
  const input = sealInput(ctx, queue, read);
  const hot = hotOf(ctx);
  if (!hot) return showItem(ctx, (await addAlone(ctx, input)).id as number);
  try {
    return await answerItem(ctx, hot, queue, await hot.add(input));
  } catch (error) {
    // The queue is being changed or deleted. This call waits for that; the other calls of its batch do not.
    if (!(error instanceof NotTaken)) throw error;
    return showItem(ctx, (await addAlone(ctx, input)).id as number);
  }
}

const addAlone = (ctx: Context, input: AddInput): Promise<StoredItem> =>
  ctx.transaction(async (tx) => {
    const [added] = await addItems(tx, [input], 'mayWait');
    if (added instanceof NotTaken) throw notFound('Queue');
    if (added instanceof Error) throw added;
    return added!;
  });

/** The input as the database stores it. Its content has been checked before. */
export const sealInput = (ctx: Context, queue: QueueRow, input: AddInput): AddInput =>
  queue.encrypted ? { ...input, content: sealData(ctx, queue, input.content) } : input;

/**
 * Makes an item from a call's input and throws if the input is wrong. The queue's schema is checked later.
 */
export function readInput(
  ctx: Context,
  queue: QueueRow,
  input: ItemInput,
  path: string,
  started?: Starter,
): AddInput {
  const content = storedContent(ctx, input.SpecificContent, `${path}SpecificContent`);
  checkProgress(ctx, input.Progress, `${path}Progress`);
  return {
    queueId: queue.id,
    folderId: queue.folder_id,
    creatorJobKey: ctx.principal.job?.key ?? null,
    creatorUserId: ctx.access.user?.id ?? null,
    actor: actorOf(ctx.principal),
    started,
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
