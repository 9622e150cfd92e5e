import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { CODE, conflict } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { forgetAnswers } from '../../../kernel/http/idempotency.ts';
import { type FoundQueue, requireQueue } from '../definitions/find-queue.ts';
import { itemDeleted, itemUpdated } from '../events.ts';
import { checkProgress } from '../limits.ts';
import { QueueError } from '../queue-error.ts';
import type { deleteItems } from '../reviews/contract.ts';
import { lockItem, queueOfItem } from '../sql.ts';
import { isFinal, mayBecome } from '../transactions/transitions.ts';
import { changeItems, changeThose, type ItemEvent, type LockedItem, tellOfItems } from './change-items.ts';
import { type putQueueItem, QueueItemStatus } from './contract.ts';
import { checkBeforeLock, type SchemaCheck, storedContent } from './item-data.ts';
import { heldItem } from './read-items.ts';
import { sealData } from './sealed-data.ts';

/**
 * Only these members change, and only while the item is New. Everything else in the body is ignored, because
 * clients send back whole items. An item that has just been started is refused even if the body defers it:
 * the change would take it away from its robot. In a queue with an SLA, the queue sets the deadline.
 *
 * A content of null or `{}` erases the content. That also works for an item that has ended, of which nothing
 * else changes. The API's guide has it so, and it is how personal data is removed. No schema prevents it.
 */
export async function editItem(ctx: Context, { key, body }: InputFor<typeof putQueueItem>): Promise<void> {
  checkProgress(ctx, body.Progress, 'Progress');
  const content = storedContent(ctx, body.SpecificContent, 'SpecificContent');
  const erases = body.SpecificContent !== undefined && (content === null || content === '{}');
  const checks: readonly SchemaCheck[] =
    content === null || erases ? [] : [{ kind: 'specific', text: content, member: 'SpecificContent' }];
  const checkLocked = await checkBeforeLock(ctx, () => queueOfItem(ctx, key), checks);
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    if (erases && isFinal(item.status)) return eraseContent(tx, ctx, item);
    if (item.status !== QueueItemStatus.New) throw notNew(item.status);
    const queue = await requireQueue(tx, ctx, item.queue_id);
    await checkLocked(queue);
    await tx.execute(sql`
      update queue_items
         set progress = ${body.Progress ?? null}, priority = coalesce(${body.Priority ?? null}::smallint, priority),
             due_at = ${hasSla(queue) ? sql`due_at` : sql`${body.DueDate ?? null}::timestamptz`},
             defer_at = ${body.DeferDate ?? null}::timestamptz,
             specific_content = ${erases ? sql`null` : sql`coalesce(${sealData(ctx, queue, content)}::json, specific_content)`},
             row_version = row_version + 1
       where id = ${item.id}`);
    if (erases) await forgetAnswers(tx, [heldItem(item.id)]);
    await tellOfItems(tx, ctx, [
      { event: itemUpdated, item, payload: { status: QueueItemStatus.New, changed: namesOf(body) } },
    ]);
  });
}

async function eraseContent(
  tx: Transaction,
  ctx: Context,
  item: Pick<LockedItem, 'id' | 'queue_id' | 'folder_id' | 'status'>,
): Promise<void> {
  await tx.execute(sql`
    update queue_items set specific_content = null, row_version = row_version + 1 where id = ${item.id}`);
  await forgetAnswers(tx, [heldItem(item.id)]);
  await tellOfItems(tx, ctx, [
    { event: itemUpdated, item, payload: { status: item.status, changed: ['SpecificContent'] } },
  ]);
}

const hasSla = (queue: FoundQueue): boolean => queue.sla_in_minutes > 0;

const EDITED = ['Progress', 'Priority', 'DueDate', 'DeferDate', 'SpecificContent'] as const;
const namesOf = (body: InputFor<typeof putQueueItem>['body']): readonly string[] =>
  EDITED.filter((name) => body[name] !== undefined);

const notNew = (status: number): Error =>
  status === QueueItemStatus.InProgress
    ? conflict(
        CODE.ForbiddenOperation,
        'Only an item with status New can be edited, this one is in progress.',
      )
    : new QueueError(
        409,
        'QueueItemInvalidTransitionFromFinalStatus',
        `Only an item with status New can be edited, this one is ${QueueItemStatus.nameOf(status)}.`,
      );

export async function deleteItem(ctx: Context, key: number): Promise<void> {
  await ctx.transaction(async (tx) => {
    const item = await lockItem(tx, ctx, key);
    const reason = notDeletable(item);
    if (reason) throw conflict(CODE.ForbiddenOperation, `The item ${reason}.`);
    await tellOfItems(tx, ctx, await markDeleted(tx, [item]));
  });
}

export const deleteMany = (
  ctx: Context,
  { body }: InputFor<typeof deleteItems>,
): Promise<AnswerFor<typeof deleteItems>> =>
  changeItems(ctx, body.queueItems, { refuse: notDeletable, apply: markDeleted });

type Refused = ReadonlyMap<number, string>;
const given = (ids: readonly number[]) => ids.map((Id) => ({ Id }));

export const deleteThose = (ctx: Context, ids: readonly number[]): Promise<Refused> =>
  changeThose(ctx, given(ids), { refuse: notDeletable, apply: markDeleted });

export const giveThosePriority = (ctx: Context, ids: readonly number[], priority: number): Promise<Refused> =>
  changeThose(ctx, given(ids), {
    refuse: ({ status }) =>
      status === QueueItemStatus.New ? undefined : `is ${QueueItemStatus.nameOf(status)}, not New`,
    async apply(tx, items) {
      await tx.execute(sql`
        update queue_items set priority = ${priority}, row_version = row_version + 1
         where id = any(${items.map(({ id }) => id)}::bigint[])`);
      return items.map((item) => ({
        event: itemUpdated,
        item,
        payload: { status: QueueItemStatus.New, changed: ['Priority'] },
      }));
    },
  });

const notDeletable = ({ status }: Pick<LockedItem, 'status'>): string | undefined =>
  mayBecome(status, QueueItemStatus.Deleted)
    ? undefined
    : `cannot be deleted, its status is ${QueueItemStatus.nameOf(status)}`;

async function markDeleted(
  tx: Transaction,
  items: readonly Pick<LockedItem, 'id' | 'queue_id' | 'folder_id'>[],
): Promise<readonly ItemEvent[]> {
  await tx.execute(sql`
    update queue_items set status = ${QueueItemStatus.Deleted}, unique_reference = null,
      row_version = row_version + 1
     where id = any(${items.map(({ id }) => id)}::bigint[])`);
  return items.map((item) => ({ event: itemDeleted, item }));
}
