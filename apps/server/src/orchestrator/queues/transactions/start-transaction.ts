import sql, { type Sql } from 'sql-template-tag';
import { actorOf } from '../../../kernel/auth/principal.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { tell } from '../../../kernel/events/tell.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { transactionStarted } from '../events.ts';
import { answerItem } from '../hot/answer-item.ts';
import { hotOf } from '../hot/hot.ts';
import { type StartInput, startItems } from '../hot/start-batch.ts';
import { type Patience, patienceOf, waitForItem } from '../hot/wait-for-item.ts';
import { addOne } from '../items/add-queue-item.ts';
import { QueueItemStatus } from '../items/contract.ts';
import type { ItemAnswer } from '../items/item-answer.ts';
import { showItem } from '../items/read-items.ts';
import { type QueueRow, type Starter } from '../rows.ts';
import { queueSettings } from '../settings.ts';
import { queueByName, starterOf } from '../sql.ts';
import { ReferenceFilterOption, type startTransaction } from './contract.ts';
import { STARTABLE } from './transitions.ts';

/**
 * Takes the next item. With SpecificContent, it creates an item that is started at once. Undefined means that
 * there is nothing to do (204).
 */
export async function start(
  ctx: Context,
  { body }: InputFor<typeof startTransaction>,
): Promise<AnswerFor<typeof startTransaction>> {
  const data = body.transactionData;
  const queue = await queueByName(ctx, data.Name);
  const starter = await starterOf(ctx, data.RobotIdentifier);
  if (data.SpecificContent !== null && data.SpecificContent !== undefined) {
    return addOne(ctx, queue, data, 'transactionData.', starter);
  }
  if (data.Reference) {
    const reference = referenceCondition(data.Reference, data.ReferenceFilterOption);
    return takeByReference(ctx, queue, starter, reference);
  }
  const input: StartInput = { ...starter, queueId: queue.id, actor: actorOf(ctx.principal) };
  const hot = hotOf(ctx);
  if (hot) {
    const item = await hot.start(input);
    return item && answerItem(ctx, hot, queue, item);
  }
  const id = await ctx.transaction((tx) => startAlone(tx, input, patience(ctx)));
  return id === undefined ? undefined : showItem(ctx, id);
}

const patience = (ctx: Context): Patience => patienceOf(ctx.setting(queueSettings.lockSeconds));

async function startAlone(
  tx: Transaction,
  input: StartInput,
  waiting: Patience,
): Promise<number | undefined> {
  for (;;) {
    const { items, locked } = await startItems(tx, [input]);
    if (locked[0] === undefined) return items[0]?.id as number | undefined;
    await waitForItem(tx, locked[0], waiting);
  }
}

async function takeByReference(
  ctx: Context,
  queue: QueueRow,
  starter: Starter,
  reference: Sql,
): Promise<ItemAnswer | undefined> {
  const id = await ctx.transaction(async (tx) => {
    const taken = await takeOrWait(tx, queue, starter, reference, patience(ctx));
    if (!taken) return undefined;
    await tell(tx, ctx, transactionStarted, [
      { key: taken.id, folderId: queue.folder_id, payload: { queueId: queue.id } },
    ]);
    return taken.id;
  });
  return id === undefined ? undefined : showItem(ctx, id);
}

/** Undefined if a look that ignores locks finds nothing ready, as in hot/start-batch.ts. */
async function takeOrWait(
  tx: Transaction,
  queue: QueueRow,
  starter: Starter,
  reference: Sql,
  waiting: Patience,
): Promise<{ readonly id: number } | undefined> {
  for (;;) {
    const taken = await tx.first<{ id: number }>(takeNext(queue.id, starter, reference));
    if (taken) return taken;
    const locked = await tx.first<{ id: number }>(nextReady(queue.id, reference));
    if (!locked) return undefined;
    await waitForItem(tx, locked.id, waiting);
  }
}

/** The order of all starts. */
const nextReady = (queueId: number, reference: Sql): Sql => sql`
  select id from queue_items
   where queue_id = ${queueId} and status in ${STARTABLE} and (defer_at is null or defer_at <= now()) and ${reference}
   order by queue_lane(priority, due_at), queue_place(due_at), id limit 1`;

/** Skips rows that another transaction is taking instead of waiting for them. */
const takeNext = (queueId: number, starter: Starter, reference: Sql): Sql => sql`
  update queue_items
     set status = ${QueueItemStatus.InProgress}, start_processing = greatest(now(), created_at), end_processing = null,
         robot_id = ${starter.robotId}::bigint,
         executor_job_key = ${starter.jobKey}::uuid, row_version = row_version + 1
   where id = (${nextReady(queueId, reference)} for no key update skip locked)
  returning id`;

const referenceCondition = (reference: string, option: number | null | undefined): Sql =>
  option === ReferenceFilterOption.StartsWith
    ? sql`starts_with(folded(reference), folded(${reference}))`
    : sql`folded(reference) = folded(${reference})`;
