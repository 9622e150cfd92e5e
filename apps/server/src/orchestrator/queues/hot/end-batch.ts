import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import {
  type ItemEventType,
  itemDeferred,
  itemRetried,
  transactionAbandoned,
  transactionCompleted,
  transactionFailed,
} from '../events.ts';
import { QueueItemStatus } from '../items/contract.ts';
import { AUTOMATIC_ATTEMPTS } from '../transactions/retry-items.ts';
import { ENDABLE } from '../transactions/transitions.ts';
import { isSeenIn } from './seen-in.ts';

/** The result of a transaction, checked as far as possible without the item. */
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

/** What the robot says, or that it said nothing; whether the item is retried is the queue's matter. */
export type Outcome = 'successful' | 'failed' | 'failedForGood' | 'postponed' | 'abandoned';

/**
 * - `ended`: ended by the rules of the queue
 * - `notInProgress`: nothing was changed
 * - `alone`: the item is locked or unknown, or its queue checks or seals results, so it has to be
 *   ended by itself
 */
export type Ended = 'ended' | 'notInProgress' | 'alone';

/**
 * The one place where transactions end: of any queues, each once, with their events and retries. Several
 * results for one item: the first counts. `isChecked`: what the items' queues check and seal has been.
 */
export async function endItems(
  db: Queryable,
  inputs: readonly EndInput[],
  { isChecked } = { isChecked: false },
): Promise<Ended[]> {
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
      isChecked,
    ],
  });
  const byId = new Map(rows.map((row) => [row.id, row.ended]));
  return inputs.map(({ id }, i) => {
    const ended = byId.get(id) ?? 'alone';
    return first.get(id) === i || ended === 'alone' ? ended : 'notInProgress';
  });
}

const { New, Failed, Successful, Abandoned, Retried } = QueueItemStatus;
const EVENTS: Readonly<Record<number, ItemEventType>> = {
  [New]: itemDeferred,
  [Failed]: transactionFailed,
  [Successful]: transactionCompleted,
  [Abandoned]: transactionAbandoned,
  [Retried]: itemRetried,
};
const eventTypes = Object.entries(EVENTS).map(([status, { type }]) => `when ${status} then '${type}'`);
const isOpen = `status in ${ENDABLE.sql}`;
const RETRY_IS_LEFT = 'd.accept_automatically_retry and i.retry_number < d.max_number_of_retries';

/**
 * Locks the items that are free, decides by item and queue what becomes of each, and writes it. A retry is
 * inserted from the updated row, so the reference that it takes over is free by then.
 */
const END = `
with input as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::jsonb[], $5::smallint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::timestamptz[], $11::timestamptz[])
    with ordinality as n(id, folder_id, outcome, exception, exception_type, output, analytics, progress, operation_id, defer_at,
      due_at, position)
), held as materialized (
  select n.position, i.id, n.outcome, n.exception, n.exception_type, n.output, n.analytics, n.progress, n.operation_id, n.defer_at,
      i.status, d.enforce_unique_reference,
      not $13::boolean and (d.output_data_json_schema is not null or d.analytics_data_json_schema is not null or d.encrypted)
        as is_to_check,
      case when d.sla_in_minutes = 0 then n.due_at end as due_at,
      case n.outcome
        when 'successful' then ${Successful}
        when 'postponed' then ${New}
        when 'failed' then case when ${RETRY_IS_LEFT} then ${Retried} else ${Failed} end
        when 'abandoned' then case when d.retry_abandoned_items and ${RETRY_IS_LEFT} then ${Retried} else ${Abandoned} end
        else ${Failed}
      end as becomes
    from input n
    cross join lateral (select id, status, queue_id, retry_number from queue_items
                         where id = n.id and ${isSeenIn('n.folder_id')} for no key update skip locked) i
    join queue_definitions d on d.id = i.queue_id
), ended as (
  update queue_items i
     set status = h.becomes, row_version = i.row_version + 1,
         start_processing = case h.becomes when ${New} then null else i.start_processing end,
         end_processing = case h.becomes when ${New} then null else now() end,
         defer_at = case h.becomes when ${New} then h.defer_at else i.defer_at end,
         due_at = case h.becomes when ${New} then coalesce(h.due_at, i.due_at) else i.due_at end,
         robot_id = case h.becomes when ${New} then null else i.robot_id end,
         executor_job_key = case h.becomes when ${New} then null else i.executor_job_key end,
         unique_reference = case h.becomes when ${Retried} then null else i.unique_reference end,
         output = h.output::json, analytics = h.analytics::json, progress = coalesce(h.progress, i.progress),
         operation_id = h.operation_id,
         processing_exception = case when h.becomes in (${Failed}, ${Retried}) then h.exception end,
         processing_exception_type = case when h.becomes in (${Failed}, ${Retried}) then h.exception_type end
    from held h
   where i.id = h.id and i.id = any(array(select id from held)) and h.${isOpen} and not h.is_to_check
  returning i.*, h.position, h.outcome, h.defer_at as next_defer_at, h.due_at as next_due_at, h.enforce_unique_reference
), retried as (${AUTOMATIC_ATTEMPTS}
    from ended i where i.status = ${Retried} order by i.position
  returning id, ancestor_id
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select e.tenant_id, e.folder_id, case e.status ${eventTypes.join(' ')} end,
      '${itemRetried.of.entity}', e.id::text, ($12::text[])[e.position],
      jsonb_strip_nulls(jsonb_build_object('queueId', e.queue_id, 'retriedAs', r.id,
        'isAbandoned', case when e.outcome = 'abandoned' and e.status = ${Retried} then true end))
    from ended e left join retried r on r.ancestor_id = e.id order by e.position
)
select id, case when is_to_check and ${isOpen} then 'alone' when ${isOpen} then 'ended' else 'notInProgress' end as ended from held`;
