import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { folderOf } from '../../kernel/http/context.ts';
import { hotOf } from './hot/hot.ts';
import { isSeenIn } from './hot/seen-in.ts';

export interface QueueRow {
  readonly id: number;
  readonly key: string;
  readonly tenant_id: number;
  readonly folder_id: number;
  readonly name: string;
  readonly max_number_of_retries: number;
  readonly accept_automatically_retry: boolean;
  readonly enforce_unique_reference: boolean;
  readonly encrypted: boolean;
  readonly specific_data_json_schema: string | null;
  readonly output_data_json_schema: string | null;
  readonly analytics_data_json_schema: string | null;
  readonly sla_in_minutes: number;
  readonly risk_sla_in_minutes: number;
}

/** The queue of that name in the call's folder, as remembered. */
export async function queueByName(ctx: Context, name: string): Promise<QueueRow> {
  const folderId = folderOf(ctx).id;
  const read = (db: Queryable) =>
    db.first<QueueRow>({
      name: 'queue-by-name',
      text: `select d.* from queue_folders l join queue_definitions d on d.id = l.queue_id
              where l.folder_id = $1 and folded(l.name) = folded($2)`,
      values: [folderId, name],
    });
  const row = await (hotOf(ctx)?.queues({ key: `${folderId} ${foldText(name)}`, read, db: ctx.db }) ??
    read(ctx.db));
  if (!row) throw notFound(name);
  return row;
}

export interface NewItem {
  readonly reference: string | null;
  readonly uniqueReference: string | null;
  readonly priority: number;
  readonly dueAt: string | null;
  readonly deferAt: string | null;
  readonly riskSlaAt: string | null;
  readonly content: string | null;
  readonly progress: string | null;
  readonly source: string | null;
  readonly parentOperationId: string | null;
}

/** Who starts a transaction. */
export interface Starter {
  readonly robotId: number | null;
  readonly jobKey: string | null;
}

/** The robot that a job runs on, or the one that the caller names by its key. */
export async function starterOf(ctx: Context, robotKey: string | null | undefined): Promise<Starter> {
  const { job } = ctx.principal;
  if (job) return { robotId: job.robotId, jobKey: job.key };
  if (!robotKey) return { robotId: null, jobKey: null };
  const read = (db: Queryable) =>
    db.first<{ id: number }>(
      sql`select id from robots where key = ${robotKey}::uuid and tenant_id = ${ctx.tenant.id}`,
    );
  const robot = await (hotOf(ctx)?.robots({ key: `${ctx.tenant.id} ${robotKey}`, read, db: ctx.db }) ??
    read(ctx.db));
  if (!robot) throw notFound('Robot');
  return { robotId: robot.id, jobKey: null };
}

export interface ItemRow {
  readonly id: number;
  readonly key: string;
  readonly unique_key: string;
  readonly queue_id: number;
  readonly folder_id: number;
  readonly status: number;
  readonly retry_number: number;
  readonly reference: string | null;
}

/** Locks an item of the call's folder, so that what is decided of it holds. */
export async function lockItem(tx: Queryable, ctx: Context, id: number): Promise<ItemRow> {
  const row = await tx.first<ItemRow>({
    name: 'queue-item-lock',
    text: `select id, key, unique_key, queue_id, folder_id, status, retry_number, reference from queue_items
            where id = $1 and ${isSeenIn('$2')} for update`,
    values: [id, folderOf(ctx).id],
  });
  if (!row) throw notFound('QueueItem');
  return row;
}

export const queueById = (tx: Queryable, id: number): Promise<QueueRow | undefined> =>
  tx.first<QueueRow>({
    name: 'queue-by-id',
    text: 'select * from queue_definitions where id = $1',
    values: [id],
  });

/**
 * Wherever it is in the tenant: whoever tells of it locks the item first, and by that looks
 * whether the caller sees it.
 */
export const queueOfItem = (ctx: Context, itemId: number): Promise<QueueRow | undefined> =>
  ctx.db.first<QueueRow>({
    name: 'queue-of-item',
    text: `select d.* from queue_items i join queue_definitions d on d.id = i.queue_id where i.id = $1 and i.tenant_id = $2`,
    values: [itemId, ctx.tenant.id],
  });
