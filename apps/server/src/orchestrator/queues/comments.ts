import sql from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, invalid, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import {
  type createComment,
  type getCommentsHistory,
  type putComment,
  QueueItemComment,
} from './comments-contract.ts';
import { QueueItem } from './contract.ts';
import { ofAttempts } from './read-items.ts';

export async function comment(ctx: Context, { body }: InputFor<typeof createComment>): Promise<unknown> {
  if (typeof body.QueueItemId !== 'number') throw invalid('QueueItemId', 'is required');
  const id = await ctx.transaction(async (tx) => {
    const row = await tx.first<CommentRow>(sql`
      insert into queue_item_comments (tenant_id, queue_id, item_id, text, user_id, author)
      select i.tenant_id, i.queue_id, i.id, ${body.Text}, ${ctx.access.user?.id ?? null}::bigint,
        ${actorOf(ctx.principal)}
        from queue_items i join queue_folders l on l.queue_id = i.queue_id
          and l.folder_id = ${folderOf(ctx).id}
       where i.id = ${body.QueueItemId} and i.tenant_id = ${ctx.tenant.id}
      returning id, item_id, user_id, author`);
    if (!row) throw notFound(QueueItem.label);
    await tell(tx, ctx, 'queueItemComment.created', row);
    return row.id;
  });
  return findByKey(ctx, QueueItemComment, id);
}

/** Only the text changes: a comment stays with its item. */
export const editComment = (ctx: Context, { key, body }: InputFor<typeof putComment>): Promise<void> =>
  ctx.transaction(async (tx) => {
    const row = await lockOwn(tx, ctx, key);
    await tx.execute(
      sql`update queue_item_comments set text = ${body.Text}, modified_at = now() where id = ${key}`,
    );
    await tell(tx, ctx, 'queueItemComment.updated', row);
  });

export const removeComment = (ctx: Context, key: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const row = await lockOwn(tx, ctx, key);
    await tx.execute(sql`delete from queue_item_comments where id = ${key}`);
    await tell(tx, ctx, 'queueItemComment.deleted', row);
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

/** What somebody wrote, nobody else changes; a user is the same one by whichever way of signing in. */
async function lockOwn(tx: Transaction, ctx: Context, id: number): Promise<CommentRow> {
  const row = await tx.first<CommentRow>(sql`
    select c.id, c.item_id, c.user_id, c.author from queue_item_comments c
      join queue_folders l on l.queue_id = c.queue_id and l.folder_id = ${folderOf(ctx).id}
     where c.id = ${id} and c.tenant_id = ${ctx.tenant.id} for update of c`);
  if (!row) throw notFound(QueueItemComment.label);
  const isOwn =
    row.user_id === null ? row.author === actorOf(ctx.principal) : row.user_id === ctx.access.user?.id;
  if (!isOwn) throw new ApiError(403, CODE.ErrorUpdating, 'A comment can only be changed by its author.');
  return row;
}

const tell = (tx: Transaction, ctx: Context, type: string, row: CommentRow): Promise<void> =>
  recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
    {
      type,
      entity: 'QueueItemComment',
      key: row.id,
      folderId: folderOf(ctx).id,
      payload: { queueItemId: row.item_id },
    },
  ]);
