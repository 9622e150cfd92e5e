import sql, { raw } from 'sql-template-tag';
import { claim } from '../../../kernel/background/claim.ts';
import type { Database } from '../../../kernel/db/sql.ts';
import { COUNTERS, ENDED, running, waiting } from './statistics-sql.ts';

/**
 * How long an hour stays open after its end. The end of an item is the time at which its transaction began,
 * and the item is visible only after the commit.
 */
const GRACE_MINUTES = 10;
const QUEUES = 500;

/**
 * Counts the hours that are over, for queues that are not counted yet, and answers how many queues there
 * were. One node works at a time. It takes the lock in a statement of its own, so that the next node sees
 * what this one has counted.
 */
export async function foldStatistics(db: Database, graceMinutes = GRACE_MINUTES): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await claim(tx, 'queue statistics'))) return 0;
    return tx.execute(sql`
      with closed as (
        select date_trunc('hour', now() - make_interval(mins => ${graceMinutes}), 'UTC') as at),
      due as materialized (
        select d.id, coalesce(t.counted_until, date_trunc('hour', d.created_at, 'UTC')) as since
          from queue_definitions d left join queue_totals t on t.queue_id = d.id
         where coalesce(t.counted_until, date_trunc('hour', d.created_at, 'UTC')) < (select at from closed)
         order by d.id limit ${QUEUES}),
      counted as (
        insert into queue_hours (queue_id, hour, ${NAMES}, remaining, in_progress)
        select due.id, date_trunc('hour', i.end_processing, 'UTC'), ${raw(ENDED)},
               ${raw(atTheEnd(waiting('due.id')))}, ${raw(atTheEnd(running('due.id')))}
          from due join queue_items i on i.queue_id = due.id
           and i.end_processing >= due.since and i.end_processing < (select at from closed)
         group by 1, 2
        returning *)
      insert into queue_totals as t (queue_id, counted_until, ${NAMES}, last_processed)
      select due.id, (select at from closed), ${SUMS},
             (select max(i.end_processing) from queue_items i where i.queue_id = due.id)
        from due left join counted c on c.queue_id = due.id group by due.id
      on conflict (queue_id) do update set counted_until = excluded.counted_until, ${ADDED},
         last_processed = coalesce(excluded.last_processed, t.last_processed)`);
  });
}

/**
 * How many items are left is known only for this moment, which is close enough to the end of the hour that
 * was just closed.
 */
const atTheEnd = (count: string): string =>
  `case when date_trunc('hour', i.end_processing, 'UTC') = (select at
    from closed) - interval '1 hour' then ${count} end`;
const NAMES = raw(COUNTERS.join(', '));
const SUMS = raw(COUNTERS.map((name) => `coalesce(sum(c.${name}), 0)`).join(', '));
const ADDED = raw(COUNTERS.map((name) => `${name} = t.${name} + excluded.${name}`).join(', '));
