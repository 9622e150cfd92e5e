import sql, { type Sql } from 'sql-template-tag';
import { actorOf } from '../../../kernel/auth/principal.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { ApiError, CODE, invalid, notFound } from '../../../kernel/errors.ts';
import { tell } from '../../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { commentCreated, commentDeleted, commentUpdated } from '../events.ts';
import { QueueItem } from '../items/contract.ts';
import { ofAttempts } from '../items/read-items.ts';
import {
  type createComment,
  type getCommentsHistory,
  type putComment,
  QueueItemComment,
} from './contract.ts';

export async function comment(
  ctx: Context,
  { body }: InputFor<typeof createComment>,
): Promise<AnswerFor<typeof createComment>> {
  if (typeof body.QueueItemId !== 'number') throw invalid('QueueItemId', 'is required');
  const id = await ctx.transaction(async (tx) => {
    const row = await tx.first<CommentRow>(sql`
      ${heldItem(ctx, sql`${body.QueueItemId}::bigint`)}
      insert into queue_item_comments (tenant_id, queue_id, item_id, text, user_id, author)
      select tenant_id, queue_id, id, ${body.Text}, ${ctx.access.user?.id ?? null}::bigint,
        ${actorOf(ctx.principal)} from item
      returning id, item_id, user_id, author`);
    if (!row) throw notFound(QueueItem.label);
    await tellOf(tx, ctx, commentCreated, row);
    return row.id;
  });
  return findByKey(ctx, QueueItemComment, id);
}

/** Only the text changes. A comment stays with its item. */
export const editComment = (ctx: Context, { key, body }: InputFor<typeof putComment>): Promise<void> =>
  ctx.transaction(async (tx) => {
    const row = await lockOwn(tx, ctx, key);
    await tx.execute(
      sql`update queue_item_comments set text = ${body.Text}, modified_at = now() where id = ${key}`,
    );
    await tellOf(tx, ctx, commentUpdated, row);
  });

export const removeComment = (ctx: Context, key: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const row = await lockOwn(tx, ctx, key);
    await tx.execute(sql`delete from queue_item_comments where id = ${key}`);
    await tellOf(tx, ctx, commentDeleted, row);
  });

export async function commentsHistory(
  ctx: Context,
  { queueItemId }: InputFor<typeof getCommentsHistory>,
): Promise<Page> {
  const isIt = await ofAttempts(ctx, queueItemId);
  return list(ctx, QueueItemComment, { where: (row) => isIt(sql`${row}.item_id`) });
}

interface CommentRow {
  readonly id: number;
  readonly item_id: number;
  readonly user_id: number | null;
  readonly author: string;
}

/**
 * An item of the call's folder, named `item` and locked until the commit. A transaction that archives or
 * deletes the item either skips it or takes the new comment along. The queue is locked first, in the same
 * order as where queues are deleted. A key share lock does not stop robots from changing the item.
 */
const heldItem = (ctx: Context, id: Sql): Sql => sql`
  with queue as materialized (
    select d.id from queue_definitions d
     where d.id = (select queue_id from queue_items where id = ${id} and tenant_id = ${ctx.tenant.id})
       and exists (select from queue_folders l where l.queue_id = d.id and l.folder_id = ${folderOf(ctx).id})
       for key share),
  item as materialized (
    select i.id, i.tenant_id, i.queue_id from queue_items i join queue on queue.id = i.queue_id
     where i.id = ${id} for key share of i)`;

/** Only its author may change a comment. A user counts as the same one in whichever way they signed in. */
async function lockOwn(tx: Transaction, ctx: Context, id: number): Promise<CommentRow> {
  const row = await tx.first<CommentRow>(sql`
    ${heldItem(ctx, sql`(select item_id from queue_item_comments where id = ${id})`)}
    select c.id, c.item_id, c.user_id, c.author from queue_item_comments c join item on item.id = c.item_id
     where c.id = ${id} for update of c`);
  if (!row) throw notFound(QueueItemComment.label);
  const isOwn =
    row.user_id === null ? row.author === actorOf(ctx.principal) : row.user_id === ctx.access.user?.id;
  if (!isOwn) throw new ApiError(403, CODE.ErrorUpdating, 'A comment can only be changed by its author.');
  return row;
}

const tellOf = (
  tx: Transaction,
  ctx: Context,
  event: typeof commentCreated | typeof commentUpdated | typeof commentDeleted,
  { id, item_id: queueItemId }: CommentRow,
): Promise<void> => tell(tx, ctx, event, [{ key: id, folderId: folderOf(ctx).id, payload: { queueItemId } }]);
