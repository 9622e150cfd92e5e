import sql, { raw, type Sql } from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { list, type Page } from '../../../kernel/contract/read-rows.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { requireQueue } from '../definitions/find-queue.ts';
import { type getLastDaysRecords, QueueProcessingRecord, ReportType } from './contract.ts';
import { COUNTERS, ENDED, running, waiting } from './statistics-sql.ts';

interface Report {
  readonly type: number;
  readonly unit: 'minute' | 'hour' | 'day';
  readonly buckets: number;
}

/** 0 is the last hour, by minutes. 1 is the last day, by hours. More are by days. */
const reportOf = (days: number): Report =>
  days === 0
    ? { type: ReportType.Minute, unit: 'minute', buckets: 60 }
    : days === 1
      ? { type: ReportType.Hour, unit: 'hour', buckets: 24 }
      : { type: ReportType.Day, unit: 'day', buckets: days };

/** One row for each minute, hour or day, even if nothing ended in it, because charts must not have gaps. */
export async function lastDaysRecords(
  ctx: Context,
  { daysNo, queueDefinitionId }: InputFor<typeof getLastDaysRecords>,
): Promise<Page> {
  const queue = await requireQueue(ctx.db, ctx, queueDefinitionId);
  return list(ctx, QueueProcessingRecord, { from: sql`(${rowsOf(queue.id, reportOf(daysNo))})` });
}

const NAMES = raw(COUNTERS.join(', '));
const SUMS = raw(COUNTERS.map((name) => `sum(${name}) as ${name}`).join(', '));
const OR_NONE = raw(COUNTERS.map((name) => `coalesce(s.${name}, 0) as ${name}`).join(', '));

/**
 * The newest row shows how many items wait and run at this moment. The others show it for the end of their
 * last counted hour.
 */
const rowsOf = (queueId: number, { type, unit, buckets }: Report): Sql => sql`
  with span as (
    select date_trunc(${unit}, now(), 'UTC') as newest,
           date_trunc(${unit}, now(), 'UTC') - ${buckets - 1} * ${step(unit)} as oldest),
  border as (
    select greatest(span.oldest, ${unit === 'minute' ? sql`span.oldest` : sql`t.counted_until`}) as at
      from span left join queue_totals t on t.queue_id = ${queueId}),
  parts as (
    select date_trunc(${unit}, hour, 'UTC') as bucket, ${NAMES}, hour, remaining, in_progress
      from queue_hours, span, border
     where queue_id = ${queueId} and hour >= span.oldest and hour < border.at
     union all
    select date_trunc(${unit}, i.end_processing, 'UTC'), ${raw(ENDED)}, null, null, null
      from queue_items i, border where i.queue_id = ${queueId} and i.end_processing >= border.at group by 1),
  sums as (
    select bucket, ${SUMS}, (array_agg(remaining order by hour desc nulls last))[1] as remaining,
           (array_agg(in_progress order by hour desc nulls last))[1] as in_progress
      from parts group by bucket)
  select row_number() over (order by b.bucket) as id, ${queueId}::int8 as queue_id, d.tenant_id, b.bucket,
         ${type}::int as report_type, ${OR_NONE},
         case when b.bucket = span.newest then ${raw(waiting('d.id'))} else s.remaining end as remaining,
         case when b.bucket = span.newest then ${raw(running('d.id'))} else s.in_progress end as in_progress
    from queue_definitions d cross join span
   cross join lateral generate_series(span.oldest, span.newest, ${step(unit)}) as b (bucket)
    left join sums s on s.bucket = b.bucket
   where d.id = ${queueId}`;

const step = (unit: Report['unit']): Sql => raw(`interval '1 ${unit}'`);
