import { ProcessingExceptionType, QueueItemStatus } from '../items/contract.ts';

/**
 * Counts the ended items of a queue in SQL. Hours that are over are counted in `queue_hours` and summed in
 * `queue_totals` (fold-statistics.ts). Items that ended since are counted from queue_items_by_end. So a
 * reader pays for the last hour or so, never for all items. Waiting and running items are counted from the
 * index of their states.
 */

const seconds = (condition: string): string =>
  `coalesce(sum(extract(epoch from i.end_processing - i.start_processing)) filter (where ${condition}),
    0)::float8`;
const count = (condition: string): string => `count(*) filter (where ${condition})::int`;
const { New, InProgress, Failed, Successful, Retried } = QueueItemStatus;
const FAILED = `i.status in (${Failed}, ${Retried})`;
const SUCCESSFUL = `i.status = ${Successful}`;
const APPLICATION = `${FAILED} and i.processing_exception_type = ${ProcessingExceptionType.ApplicationException}`;
const BUSINESS = `${FAILED} and i.processing_exception_type = ${ProcessingExceptionType.BusinessException}`;

/** Aggregates over rows `i` of queue_items, named like the columns of queue_hours. */
export const ENDED = `
  ${count(SUCCESSFUL)} as successful, ${count(APPLICATION)} as application_exceptions,
  ${count(BUSINESS)} as business_exceptions, ${count(`i.status = ${Retried}`)} as retried,
  ${seconds(SUCCESSFUL)} as successful_seconds, ${seconds(APPLICATION)} as application_seconds,
  ${seconds(BUSINESS)} as business_seconds`;

export const COUNTERS = [
  'successful',
  'application_exceptions',
  'business_exceptions',
  'retried',
  'successful_seconds',
  'application_seconds',
  'business_seconds',
] as const;

/** How many items of a queue wait or run: reads queue_items_by_status alone. */
const inStatus = (status: number, queueId: string): string =>
  `(select count(*)::int from queue_items w where w.queue_id = ${queueId} and w.status = ${status})`;
export const waiting = (queueId: string): string => inStatus(New, queueId);
export const running = (queueId: string): string => inStatus(InProgress, queueId);

/** One row for each queue: its definition and its sums. */
export const STATUS_ROWS = `(
  select d.*, ${waiting('d.id')} as items_to_process, ${running('d.id')} as items_in_progress,
         ${COUNTERS.map((name) => `coalesce(t.${name}, 0) + lately.${name} as ${name}`).join(', ')},
         coalesce((select max(i.end_processing) from queue_items i where i.queue_id = d.id),
           t.last_processed) as last_processed,
         r.name as release_name, coalesce(r.folder_id = d.folder_id, false) as is_process_in_current_folder
    from queue_definitions d
    left join queue_totals t on t.queue_id = d.id
    left join releases r on r.id = d.release_id
    cross join lateral (
      select ${ENDED} from queue_items i
       where i.queue_id = d.id and i.end_processing >= coalesce(t.counted_until, '-infinity')) lately)`;
