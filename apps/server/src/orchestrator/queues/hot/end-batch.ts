import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { itemDeferred, itemRetried, transactionCompleted, transactionFailed } from '../events.ts';
import { isSeenIn } from './seen-in.ts';

/** The result of a transaction, checked as far as that goes without the item. */
export interface EndInput {
  readonly id: number;
  readonly folderId: number;
  readonly outcome: Outcome;
  readonly exception: string | null;
  readonly exceptionType: number | null;
  readonly output: string | null;
  readonly analytics: string | null;
  readonly progress: string | null;
  readonly operationId: string | null;
  readonly deferAt: string | null;
  readonly dueAt: string | null;
  readonly actor: string | null;
}

/** What the robot says; whether a failure is retried is the queue's matter. */
export type Outcome = 'successful' | 'failed' | 'failedForGood' | 'postponed';

/**
 * - `ended`: as the rules want it
 * - `notInProgress`: nothing was changed
 * - `alone`: the item is locked, unknown, or its queue checks or seals results; whoever ends it one by one finds out
 */
export type Ended = 'ended' | 'notInProgress' | 'alone';

/**
 * Ends transactions of any queues, each once, with their events and retries. Several results for one item:
 * the first counts.
 */
export async function endItems(db: Queryable, inputs: readonly EndInput[]): Promise<Ended[]> {
  const first = new Map<number, number>();
  for (const [i, { id }] of inputs.entries()) if (!first.has(id)) first.set(id, i);
  const order = [...first.values()];
  const column = (read: (input: EndInput) => string | number | boolean | null): string | null =>
    arrayOf(order.map((i) => read(inputs[i]!)));
  const rows = await db.query<{ id: number; ended: Ended }>({
    name: 'queue-end',
    text: END,
    values: [
      column((input) => input.id),
      column((input) => input.folderId),
      column((input) => input.outcome),
      column((input) => input.exception),
      column((input) => input.exceptionType),
      column((input) => input.output),
      column((input) => input.analytics),
      column((input) => input.progress),
      column((input) => input.operationId),
      column((input) => input.deferAt),
      column((input) => input.dueAt),
      column((input) => input.actor),
    ],
  });
  const byId = new Map(rows.map((row) => [row.id, row.ended]));
  return inputs.map(({ id }, i) => {
    const ended = byId.get(id) ?? 'alone';
    return first.get(id) === i || ended === 'alone' ? ended : 'notInProgress';
  });
}

/**
 * Takes the items that nobody else holds, decides by item and queue what becomes of them, then writes. A
 * retry is inserted from the row that was updated, so the reference it takes over is free by then.
 */
const END = `
with input as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::jsonb[], $5::smallint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::timestamptz[], $11::timestamptz[])
    with ordinality as n(id, folder_id, outcome, exception, exception_type, output, analytics, progress, operation_id, defer_at,
      due_at, position)
), held as materialized (
  select n.position, i.id, n.outcome, n.exception, n.exception_type, n.output, n.analytics, n.progress, n.operation_id, n.defer_at,
      i.status, q.enforce_unique_reference,
      q.output_data_json_schema is not null or q.analytics_data_json_schema is not null or q.encrypted as is_checked,
      case when q.sla_in_minutes = 0 then n.due_at end as due_at,
      case n.outcome
        when 'successful' then 3
        when 'postponed' then 0
        when 'failed' then case when q.accept_automatically_retry and i.retry_number < q.max_number_of_retries then 5 else 2 end
        else 2
      end as becomes
    from input n
    cross join lateral (select id, status, queue_id, retry_number from queue_items
                         where id = n.id and ${isSeenIn('n.folder_id')} for no key update skip locked) i
    join queue_definitions q on q.id = i.queue_id
), ended as (
  update queue_items i
     set status = h.becomes, row_version = i.row_version + 1,
         start_processing = case h.becomes when 0 then null else i.start_processing end,
         end_processing = case h.becomes when 0 then null else now() end,
         defer_at = case h.becomes when 0 then h.defer_at else i.defer_at end,
         due_at = case h.becomes when 0 then coalesce(h.due_at, i.due_at) else i.due_at end,
         robot_id = case h.becomes when 0 then null else i.robot_id end,
         executor_job_key = case h.becomes when 0 then null else i.executor_job_key end,
         unique_reference = case h.becomes when 5 then null else i.unique_reference end,
         output = h.output::json, analytics = h.analytics::json, progress = coalesce(h.progress, i.progress),
         operation_id = h.operation_id,
         processing_exception = case when h.becomes in (2, 5) then h.exception end,
         processing_exception_type = case when h.becomes in (2, 5) then h.exception_type end
    from held h
   where i.id = h.id and i.id = any(array(select id from held)) and h.status = 1 and not h.is_checked
  returning i.*, h.position, h.defer_at as next_defer_at, h.due_at as next_due_at, h.enforce_unique_reference
), retried as (
  insert into queue_items (key, tenant_id, folder_id, queue_id, reference, unique_reference, priority, due_at, defer_at, risk_sla_at,
    specific_content, progress, seconds_in_previous_attempts, ancestor_id, ancestor_unique_key, retry_number, source,
    parent_operation_id, creator_job_key, creator_user_id, manual_ancestor_id, manual_ancestor_unique_key, manual_retry_number)
  select key, tenant_id, folder_id, queue_id, reference, case when enforce_unique_reference then reference end, priority,
    coalesce(next_due_at, due_at), next_defer_at, risk_sla_at, specific_content, progress,
    greatest(0, extract(epoch from now() - start_processing))::int, id, unique_key, retry_number + 1, source,
    parent_operation_id, creator_job_key, creator_user_id, manual_ancestor_id, manual_ancestor_unique_key, manual_retry_number
    from ended where status = 5 order by position
  returning id, ancestor_id
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select e.tenant_id, e.folder_id, ('{0,${itemDeferred.type},2,${transactionFailed.type},3,${transactionCompleted.type},5,${itemRetried.type}}'::text[])[
        array_position('{0,2,3,5}'::smallint[], e.status) * 2],
      '${itemRetried.of.entity}', e.id::text, ($12::text[])[e.position],
      jsonb_strip_nulls(jsonb_build_object('queueId', e.queue_id, 'retriedAs', r.id))
    from ended e left join retried r on r.ancestor_id = e.id order by e.position
)
select id, case when is_checked and status = 1 then 'alone' when status = 1 then 'ended' else 'notInProgress' end as ended from held`;
