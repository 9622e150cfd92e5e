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
  // Lists tell the folder's name; clients' own tests hold that this answer does not.
  return item.OrganizationUnitFullyQualifiedName === undefined
    ? item
    : { ...item, OrganizationUnitFullyQualifiedName: null };
}

/**
 * Adds an item with its event and answers it; `started` makes it a running transaction from the beginning.
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
    // Its queue is being changed or deleted: this call waits for that, the others of its batch do not.
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

/** As the database gets it: its content is checked by then. */
export const sealInput = (ctx: Context, queue: QueueRow, input: AddInput): AddInput =>
  queue.encrypted ? { ...input, content: sealData(ctx, queue, input.content) } : input;

/** What an item of a call becomes, but for the check against the queue's schema; throws where it is wrong. */
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
