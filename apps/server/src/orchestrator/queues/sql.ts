import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { folderOf } from '../../kernel/http/context.ts';
import { QueueItemStatus } from './contract.ts';

export interface QueueRow {
  readonly id: number;
  readonly key: string;
  readonly tenant_id: number;
  readonly folder_id: number;
  readonly name: string;
  readonly max_number_of_retries: number;
  readonly accept_automatically_retry: boolean;
  readonly enforce_unique_reference: boolean;
  readonly specific_data_json_schema: string | null;
  readonly output_data_json_schema: string | null;
  readonly analytics_data_json_schema: string | null;
  readonly sla_in_minutes: number;
  readonly risk_sla_in_minutes: number;
}

/** The queue of that name in the call's folder. */
export async function queueByName(ctx: Context, name: string): Promise<QueueRow> {
  const row = await ctx.db.first<QueueRow>({
    name: 'queue-by-name',
    text: 'select * from queue_definitions where folder_id = $1 and lower(name) = lower($2)',
    values: [folderOf(ctx).id, name],
  });
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

/** A queue with an SLA sets the dates of items that come without. */
export const insertItem = (
  ctx: Context,
  queue: QueueRow,
  item: NewItem,
  started: Starter | undefined,
): Sql => sql`
  insert into queue_items (tenant_id, folder_id, queue_id, reference, unique_reference, priority, due_at, risk_sla_at, defer_at,
    specific_content, progress, source, parent_operation_id, creator_job_key, creator_user_id,
    status, start_processing, executor_job_key, robot_id)
  values (${queue.tenant_id}, ${queue.folder_id}, ${queue.id}, ${item.reference}, ${item.uniqueReference}, ${item.priority},
    coalesce(${item.dueAt}::timestamptz, ${minutes(queue.sla_in_minutes)}),
    coalesce(${item.riskSlaAt}::timestamptz, ${minutes(queue.risk_sla_in_minutes)}),
    ${item.deferAt}::timestamptz, ${item.content}::json, ${item.progress}, ${item.source}, ${item.parentOperationId},
    ${ctx.principal.job?.key ?? null}::uuid, ${ctx.access.user?.id ?? null}::bigint,
    ${started ? QueueItemStatus.InProgress : QueueItemStatus.New}, ${started ? sql`now()` : sql`null`},
    ${started?.jobKey ?? null}::uuid, ${started?.robotId ?? null}::bigint)
  returning id, key`;

const minutes = (count: number): Sql =>
  count > 0 ? sql`now() + make_interval(mins => ${count})` : sql`null`;

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
  const robot = await ctx.db.first<{ id: number }>(
    sql`select id from robots where key = ${robotKey}::uuid and tenant_id = ${ctx.tenant.id}`,
  );
  if (!robot) throw notFound('Robot');
  return { robotId: robot.id, jobKey: null };
}

export interface ItemRow {
  readonly id: number;
  readonly key: string;
  readonly unique_key: string;
  readonly queue_id: number;
  readonly status: number;
  readonly retry_number: number;
  readonly reference: string | null;
}

/** Locks an item of the call's folder, so that what is decided of it holds. */
export async function lockItem(tx: Queryable, ctx: Context, id: number): Promise<ItemRow> {
  const row = await tx.first<ItemRow>({
    name: 'queue-item-lock',
    text: `select id, key, unique_key, queue_id, status, retry_number, reference from queue_items
            where id = $1 and folder_id = $2 for update`,
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
