import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { QueueItemStatus } from './contract.ts';

export interface Retry {
  /** The attempt that has ended. */
  readonly ancestor_id: number;
  /** The item that stands in for it: the same key, New, at the end of the line. */
  readonly id: number;
  readonly queue_id: number;
  readonly folder_id: number;
}

/**
 * What a new attempt takes over as it is; content too, sealed or not. The ancestors must have given up their
 * unique references in an earlier statement.
 */
const COPIED: Sql = sql`key, tenant_id, folder_id, queue_id, reference, unique_reference, priority, due_at,
  risk_sla_at, specific_content, source, parent_operation_id, seconds_in_previous_attempts`;
const copies = (): Sql => sql`i.key, i.tenant_id, i.folder_id, i.queue_id, i.reference,
  case when d.enforce_unique_reference then i.reference end, i.priority, i.due_at,
  i.risk_sla_at, i.specific_content, i.source, i.parent_operation_id,
  coalesce(greatest(0, extract(epoch from i.end_processing - i.start_processing)), 0)::int`;

/** After an automatic retry; the retry number counts on. */
export const retryAutomatically = (tx: Queryable, ids: readonly number[]): Promise<Retry[]> =>
  tx.query<Retry>(sql`
    insert into queue_items (${COPIED}, progress, creator_job_key, creator_user_id,
      ancestor_id, ancestor_unique_key, retry_number,
      manual_ancestor_id, manual_ancestor_unique_key, manual_retry_number)
    select ${copies()}, i.progress, i.creator_job_key, i.creator_user_id,
           i.id, i.unique_key, i.retry_number + 1,
           i.manual_ancestor_id, i.manual_ancestor_unique_key, i.manual_retry_number
      from queue_items i join queue_definitions d on d.id = i.queue_id
     where i.id = any(${ids}::bigint[]) order by i.id
    returning ancestor_id, id, queue_id, folder_id`);

/** Because a reviewer says so: the automatic retries count from 0 again. */
export const retryManually = (
  tx: Queryable,
  ids: readonly number[],
  by: { readonly jobKey: string | null; readonly userId: number | null },
): Promise<Retry[]> =>
  tx.query<Retry>(sql`
    insert into queue_items (${COPIED}, creator_job_key, creator_user_id,
      manual_ancestor_id, manual_ancestor_unique_key, manual_retry_number)
    select ${copies()}, ${by.jobKey}::uuid, ${by.userId}::bigint,
           i.id, i.unique_key, i.manual_retry_number + 1
      from queue_items i join queue_definitions d on d.id = i.queue_id
     where i.id = any(${ids}::bigint[]) order by i.id
    returning manual_ancestor_id as ancestor_id, id, queue_id, folder_id`);

/**
 * Whether an attempt that failed for technical reasons, or was abandoned, has another one left. SQL on rows
 * `i` and `d`.
 */
export const hasRetryLeft: Sql = sql`
  (d.accept_automatically_retry and i.retry_number < d.max_number_of_retries)`;

/** A retried attempt holds its unique reference no more: the next one does. */
export const markRetried = (tx: Queryable, ids: readonly number[]): Promise<number> =>
  tx.execute(sql`
    update queue_items set status = ${QueueItemStatus.Retried}, unique_reference = null,
      end_processing = now(),
           row_version = row_version + 1
     where id = any(${ids}::bigint[])`);
