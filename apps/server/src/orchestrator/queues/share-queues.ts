import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { uniqueViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict, nameUsed, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import { accessibleFolders } from '../folders/accessible-folders.ts';
import { checkAllowedIn } from '../folders/folders-where-allowed.ts';
import { QueueDefinition } from './contract.ts';
import { QUEUES_TOPIC } from './hot/definitions.ts';
import type { getFoldersForQueue, getQueuesAcrossFolders, shareQueues } from './sharing-contract.ts';

export const listAcrossFolders = (
  ctx: Context,
  { excludeFolderId }: InputFor<typeof getQueuesAcrossFolders>,
): Promise<Page> =>
  list(ctx, QueueDefinition, {
    folder: ctx.access.folders('Queues.View'),
    where: (row: Sql) =>
      sql`not exists (select from queue_folders l where l.queue_id = ${row}.id
        and l.folder_id = ${excludeFolderId})`,
  });

export const foldersOf = (ctx: Context, { id }: InputFor<typeof getFoldersForQueue>): Promise<unknown> =>
  accessibleFolders(
    ctx,
    sql`select folder_id from queue_folders where queue_id = ${id}`,
    'Queues.View',
    QueueDefinition.label,
  );

interface SharedQueue {
  readonly id: number;
  readonly name: string;
  readonly folder_id: number;
  readonly folder_ids: readonly number[];
}

/**
 * Adding a queue to a folder is creating it there, taking it out is deleting it there: the caller needs these
 * rights in the folders named, and for each queue the right to see it in one of the folders where it is.
 */
export async function share(ctx: Context, { body }: InputFor<typeof shareQueues>): Promise<void> {
  const toAdd = body.ToAddFolderIds ?? [];
  const toRemove = body.ToRemoveFolderIds ?? [];
  await ctx.transaction(async (tx) => {
    await checkAllowedIn(tx, ctx, toAdd, 'Queues.Create');
    await checkAllowedIn(tx, ctx, toRemove, 'Queues.Delete');
    const queues = await lockQueues(tx, ctx, body.QueueIds);
    for (const queue of queues) await move(tx, queue, toAdd, toRemove);
    tx.afterCommit(() => ctx.live.notify(QUEUES_TOPIC));
    await recordEvents(
      tx,
      { principal: ctx.principal, tenantId: ctx.tenant.id },
      queues.map((queue) => ({
        type: 'queue.updated',
        entity: 'QueueDefinition',
        key: queue.id,
        folderId: queue.folder_id,
        payload: { name: queue.name, toAddFolderIds: toAdd, toRemoveFolderIds: toRemove },
      })),
    );
  });
}

/**
 * In the order of their ids, so that two calls at once wait for each other instead of locking each other out.
 */
async function lockQueues(
  tx: Transaction,
  ctx: Context,
  ids: readonly number[],
): Promise<readonly SharedQueue[]> {
  const queues = await tx.query<SharedQueue>(sql`
    select d.id, d.name, d.folder_id,
           array(select l.folder_id from queue_folders l where l.queue_id = d.id order by 1) as folder_ids
      from queue_definitions d where d.tenant_id = ${ctx.tenant.id} and d.id = any(${ids}::bigint[])
     order by d.id for no key update`);
  const visible = queues.filter(({ folder_ids: folders }) =>
    folders.some((id) => ctx.access.can('Queues.View', id)),
  );
  if (visible.length < new Set(ids).size) throw notFound(QueueDefinition.label);
  return visible;
}

/**
 * A queue that was taken out of its last folder would be gone with its items, and nobody asked for that:
 * deleting says so. The folder that a queue calls its own is the oldest of those left where its own is taken
 * away.
 */
async function move(
  tx: Transaction,
  queue: SharedQueue,
  toAdd: readonly number[],
  toRemove: readonly number[],
): Promise<void> {
  try {
    await tx.execute(sql`
      insert into queue_folders (queue_id, folder_id, name) select ${queue.id}, unnest(${toAdd}::bigint[]),
        ${queue.name}
      on conflict (queue_id, folder_id) do nothing`);
  } catch (error) {
    throw uniqueViolation(error) === 'queue_folders_name' ? nameUsed(queue.name) : error;
  }
  if (toRemove.length === 0) return;
  await tx.execute(sql`
    delete from queue_folders where queue_id = ${queue.id} and folder_id = any(${toRemove}::bigint[])`);
  const left = await tx.first<{ folder_id: number }>(sql`
    select folder_id from queue_folders where queue_id = ${queue.id}
     order by folder_id <> ${queue.folder_id}, folder_id limit 1`);
  if (!left)
    throw conflict(
      CODE.ForbiddenOperation,
      `The queue ${queue.name} would be in no folder any more: delete it instead.`,
    );
  if (left.folder_id !== queue.folder_id)
    await tx.execute(
      sql`update queue_definitions set folder_id = ${left.folder_id}, modified_at = now()
        where id = ${queue.id}`,
    );
}
