import sql, { raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../../../kernel/db/sql.ts';

const same = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, `i.${name}`]));

const attemptsOf = (columns: Readonly<Record<string, string>>): string => `
  insert into queue_items (${Object.keys(columns).join(', ')}) select ${Object.values(columns).join(', ')}`;

/**
 * What any new attempt takes over from the one before; content too, sealed or not. The one before must have
 * given up its unique reference in an earlier statement.
 */
const TAKEN_OVER = {
  ...same('key tenant_id folder_id queue_id reference priority risk_sla_at specific_content source'),
  ...same('parent_operation_id'),
  unique_reference: 'case when i.enforce_unique_reference then i.reference end',
  seconds_in_previous_attempts:
    'coalesce(greatest(0, extract(epoch from i.end_processing - i.start_processing)), 0)::int',
};

/**
 * Inserts the attempts that follow by themselves, the retry number counting on: SQL that goes on with `from`.
 * Its rows `i` are items with their queue's `enforce_unique_reference` and the times that the result gave,
 * `next_due_at` and `next_defer_at`.
 */
export const AUTOMATIC_ATTEMPTS = attemptsOf({
  ...TAKEN_OVER,
  ...same('progress creator_job_key creator_user_id'),
  ...same('manual_ancestor_id manual_ancestor_unique_key manual_retry_number'),
  due_at: 'coalesce(i.next_due_at, i.due_at)',
  defer_at: 'i.next_defer_at',
  ancestor_id: 'i.id',
  ancestor_unique_key: 'i.unique_key',
  retry_number: 'i.retry_number + 1',
});

export interface Retry {
  /** The attempt that has ended. */
  readonly ancestor_id: number;
  /** The item that takes its place: the same key, New, at the end of the queue. */
  readonly id: number;
  readonly queue_id: number;
  readonly folder_id: number;
}

/** Because a reviewer says so: the automatic retries count from 0 again. */
export const retryManually = (
  tx: Queryable,
  ids: readonly number[],
  by: { readonly jobKey: string | null; readonly userId: number | null },
): Promise<Retry[]> =>
  tx.query<Retry>(sql`${MANUAL_ATTEMPTS}
      from (select q.*, d.enforce_unique_reference, ${by.jobKey}::uuid as by_job, ${by.userId}::bigint as by_user
              from queue_items q join queue_definitions d on d.id = q.queue_id
             where q.id = any(${ids}::bigint[])) i
     order by i.id
    returning manual_ancestor_id as ancestor_id, id, queue_id, folder_id`);

const MANUAL_ATTEMPTS: Sql = raw(
  attemptsOf({
    ...TAKEN_OVER,
    ...same('due_at'),
    creator_job_key: 'i.by_job',
    creator_user_id: 'i.by_user',
    manual_ancestor_id: 'i.id',
    manual_ancestor_unique_key: 'i.unique_key',
    manual_retry_number: 'i.manual_retry_number + 1',
  }),
);
