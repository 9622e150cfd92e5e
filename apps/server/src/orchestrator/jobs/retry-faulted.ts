import sql from 'sql-template-tag';
import type { Principal } from '../../kernel/auth/principal.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { tell, type Waker } from '../../kernel/events/tell.ts';
import { jobCreated } from './events.ts';
import { PENDING } from './transitions.ts';
import { explainWaiting } from './waits-for.ts';

/** What a later attempt has from the one before it: all that was wanted, nothing that happened. */
const WANTED = sql`
  tenant_id, folder_id, release_id, release_version_id, release_name, process_key, process_version, process_type, feed_id,
  package_sha256, runtime_kind, entry_point_path, environment_variables, input_arguments, input_file, priority, runtime_type, type, source, source_type,
  batch_execution_key, reference, parent_job_key, starting_schedule_id, requires_user_interaction, resume_on_same_context,
  remote_control_access, run_as_me, stop_strategy, stop_after_seconds, kill_after_seconds, details, creator_user_id, wanted_robot_id,
  wanted_machine_id, wanted_session_id, requires, max_retries, retry_delay_seconds, retry_delay_factor, memory_limit_megabytes,
  processor_limit`;

const MOST_DELAY_SECONDS = 86_400;

interface Attempt {
  readonly id: number;
  readonly key: string;
  readonly tenantId: number;
  readonly folderId: number;
  readonly releaseName: string;
  readonly batchExecutionKey: string;
  readonly reason: string;
}

/**
 * Makes the next attempt of jobs that have just faulted, as far as they have one left: a new job that waits
 * for its time and names the first one. Each attempt has its own log, times and result.
 */
export async function retryFaulted(
  tx: Transaction,
  ids: readonly number[],
  { principal, live }: { readonly principal: Principal | undefined; readonly live: Waker },
): Promise<void> {
  if (ids.length === 0) return;
  const made = await tx.query<Attempt>(sql`
    with faulted as (
      select j.*, now() + make_interval(secs => least(${MOST_DELAY_SECONDS}::float8, j.retry_delay_seconds * power(j.retry_delay_factor, j.attempt - 1)))
                    as next_due_at,
             left(format('Attempt %s failed: %s', j.attempt, coalesce(nullif(split_part(j.info, E'\\n', 1), ''), 'no reason was given')), 1000) as why
        from jobs j
       where j.id = any(${ids}::bigint[]) and j.attempt <= j.max_retries
         and exists (select from packages p where p.feed_id = j.feed_id and p.package_id = j.process_key and p.version = j.process_version)
    )
    insert into jobs (${WANTED}, attempt, first_job_key, retry_reason, due_at, waits_for)
    select ${WANTED}, attempt + 1, coalesce(first_job_key, key), why, next_due_at,
           format('Waits until %s UTC for attempt %s of %s. %s', to_char(next_due_at at time zone 'UTC', 'HH24:MI:SS'), attempt + 1,
                  max_retries + 1, why)
      from faulted order by id
    returning id, key, tenant_id as "tenantId", folder_id as "folderId", release_name as "releaseName",
              batch_execution_key as "batchExecutionKey", retry_reason as reason`);
  await keepGivenFiles(tx, ids);
  for (const [tenantId, jobs] of Map.groupBy(made, (job) => job.tenantId)) {
    await tell(
      tx,
      { principal, tenant: { id: tenantId }, live },
      jobCreated,
      jobs.map(({ id, key, folderId, releaseName, batchExecutionKey, reason }) => ({
        key,
        folderId,
        payload: { id, state: 'Pending', releaseName, batchExecutionKey, reason },
        // It is not due yet. The reaper wakes hosts when it is.
        wakes: [],
      })),
    );
  }
}

/** What a job was given is of each attempt, so it stays as long as any of them. */
const keepGivenFiles = (tx: Transaction, faulted: readonly number[]): Promise<number> =>
  tx.execute(sql`
    insert into job_attachments (job_id, attachment_id, category, is_given)
    select n.id, l.attachment_id, l.category, true
      from jobs j join job_attachments l on l.job_id = j.id and l.is_given
      join jobs n on n.first_job_key = coalesce(j.first_job_key, j.key) and n.attempt = j.attempt + 1
     where j.id = any(${faulted}::bigint[]) order by l.number`);

/** Lets attempts whose time has come wait for their turn like other jobs. Answers their number. */
export async function admitDue(tx: Transaction): Promise<number> {
  const due = await tx.query<{ id: number }>(sql`
    update jobs set due_at = null, waits_for = null, waits_code = null, modified_at = now()
     where id in (select id from jobs where state = ${PENDING} and due_at <= now() order by id for update skip locked)
    returning id`);
  if (due.length > 0) await explainWaiting(tx, sql`id = any(${due.map(({ id }) => id)}::bigint[])`);
  return due.length;
}
