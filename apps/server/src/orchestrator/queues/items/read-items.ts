import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { find, findByKey, list, type Page, type Scope } from '../../../kernel/contract/read-rows.ts';
import { notFound } from '../../../kernel/errors.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { type getQueueDefinitions, QueueDefinition } from '../definitions/contract.ts';
import { QueueItem } from './contract.ts';
import type { ItemAnswer } from './item-answer.ts';
import { listInFolder } from './items-of-folder.ts';
import { openItem } from './sealed-data.ts';

type Permissions = InputFor<typeof getQueueDefinitions>;

/** Hides everything in folders that do not give the rights that the call names. */
const where = (ctx: Context, { mandatoryPermissions, atLeastOnePermissions }: Permissions): Scope => {
  const can = (permission: string): boolean => ctx.access.can(permission, folderOf(ctx).id);
  const isAllowed =
    (mandatoryPermissions ?? []).every(can) &&
    (!atLeastOnePermissions?.length || atLeastOnePermissions.some(can));
  return isAllowed ? {} : { where: () => sql`false` };
};

export const listDefinitions = (ctx: Context, input: Permissions): Promise<Page> =>
  list(ctx, QueueDefinition, where(ctx, input));

export const listItems = (ctx: Context, input: Permissions): Promise<Page> =>
  listOpened(ctx, where(ctx, input));

async function listOpened(ctx: Context, scope: Scope): Promise<Page> {
  return (await listInFolder(ctx, scope)).map((row) => openItem(ctx, row));
}

export async function showItem(ctx: Context, id: number): Promise<ItemAnswer> {
  ctx.answerHolds?.(heldItem(id));
  return openItem(ctx, await findByKey(ctx, QueueItem, id));
}

/** The name under which answers that contain an item's content are remembered. */
export const heldItem = (id: number): string => `QueueItem ${id}`;

/** The key that an item shares with all other attempts at it. */
export async function keyOf(ctx: Context, id: number): Promise<string> {
  const row = await ctx.db.first<{ key: string }>(sql`
    select i.key from queue_items i join queue_folders l on l.queue_id = i.queue_id
      and l.folder_id = ${folderOf(ctx).id}
     where i.id = ${id} and i.tenant_id = ${ctx.tenant.id}`);
  if (!row) throw notFound(QueueItem.label);
  return row.key;
}

/** The condition that a row belongs to one of the attempts at an item. `column` holds the item's id. */
export const ofAttempts = async (ctx: Context, id: number): Promise<(column: Sql) => Sql> => {
  const key = await keyOf(ctx, id);
  return (column) => sql`${column} in (select i.id from queue_items i where i.key = ${key}::uuid)`;
};

export async function listAttempts(ctx: Context, id: number): Promise<Page> {
  const key = await keyOf(ctx, id);
  return listOpened(ctx, { where: (row) => sql`${row}.key = ${key}::uuid` });
}

/** The newest attempt among the items that share a key. */
export const newestAttempt = async (ctx: Context, key: string): Promise<ItemAnswer> =>
  openItem(
    ctx,
    await find(ctx, QueueItem, {
      where: (row) =>
        sql`${row}.key = ${key}::uuid and ${row}.id = (select max(i.id) from queue_items i
          where i.key = ${key}::uuid)`,
    }),
  );
