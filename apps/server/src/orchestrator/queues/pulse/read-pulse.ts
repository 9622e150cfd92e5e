import sql, { raw, type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { foldersOfCall } from '../../folders/folders-below.ts';
import { VIEW } from '../access.ts';
import { QueueItemStatus } from '../items/contract.ts';
import { ENDED, running, waiting } from '../statistics/statistics-sql.ts';
import type { getPulse, Pulse } from './contract.ts';

const { New, Failed, Successful, Retried } = QueueItemStatus;
type Row = Omit<OutputOf<typeof Pulse>, 'hours'>;
type Hour = OutputOf<typeof Pulse>['hours'][number] & { readonly queueId: number };

export async function readPulse(
  ctx: Context,
  { withSubfolders, queueId }: InputFor<typeof getPulse>,
): Promise<AnswerFor<typeof getPulse>> {
  const folders = await foldersOfCall(ctx, VIEW, withSubfolders ?? false);
  const isSeen =
    folders === 'all'
      ? sql`true`
      : sql`exists (select from queue_folders l where l.queue_id = d.id and l.folder_id = any(${folders}::bigint[]))`;
  const isWanted = queueId ? sql`d.id = ${queueId}` : sql`true`;
  const queues = await ctx.db.query<Row>(
    queuesWhere(sql`d.tenant_id = ${ctx.tenant.id} and ${isSeen} and ${isWanted}`),
  );
  const hours = await ctx.db.query<Hour>(hoursOf(queues.map(({ id }) => id)));
  const byQueue = Map.groupBy(hours, (hour) => hour.queueId);
  return queues.map((queue) => ({ ...queue, hours: byQueue.get(queue.id) ?? [] }));
}

/** Reads the indexes of states and of ends, and of each queue the oldest item that waits. */
const queuesWhere = (condition: Sql): Sql => sql`
  select q.*, case when q.waiting > 0 and q."endedLastHour" > 0
                   then now() + q.waiting * interval '1 hour' / q."endedLastHour" end as empty
    from (
      select d.id, d.key, d.name, d.folder_id as "folderId", ${raw(waiting('d.id'))} as waiting,
             ${raw(running('d.id'))} as "inProgress",
             (select i.created_at from queue_items i
               where i.queue_id = d.id and i.status = ${raw(String(New))} and (i.defer_at is null or i.defer_at <= now())
               order by i.id limit 1) as "oldestWaiting",
             h.remaining as "waitingBefore", h.hour + interval '1 hour' as before, e.ended as "endedLastHour", e.failed as "failedLastHour"
        from queue_definitions d
        left join lateral (select hour, remaining from queue_hours h where h.queue_id = d.id and h.remaining is not null
                            order by hour desc limit 1) h on true
       cross join lateral (
         select count(*) filter (where i.status in (${raw(`${Successful}, ${Failed}`)}))::int as ended,
                count(*) filter (where i.status in (${raw(`${Failed}, ${Retried}`)}))::int as failed
           from queue_items i where i.queue_id = d.id and i.end_processing > now() - interval '1 hour') e
       where ${condition}) q
   order by q.name, q.id`;

/** The last 24 hours of each queue: those that were counted, and from the items what ended since. */
const hoursOf = (queueIds: readonly number[]): Sql => sql`
  with span as (select date_trunc('hour', now(), 'UTC') as newest, date_trunc('hour', now(), 'UTC') - interval '23 hours' as oldest),
  queues as (
    select q.id, greatest(span.oldest, t.counted_until) as border
      from unnest(${[...queueIds]}::bigint[]) as q (id) cross join span left join queue_totals t on t.queue_id = q.id),
  parts as (
    select h.queue_id, h.hour, h.successful, h.application_exceptions, h.business_exceptions
      from queues q cross join span join queue_hours h on h.queue_id = q.id and h.hour >= span.oldest and h.hour < q.border
     union all
    select q.id, e.hour, e.successful, e.application_exceptions, e.business_exceptions
      from queues q cross join lateral (
        select date_trunc('hour', i.end_processing, 'UTC') as hour, ${raw(ENDED)}
          from queue_items i where i.queue_id = q.id and i.end_processing >= q.border group by 1) e)
  select q.id as "queueId", b.hour as time, coalesce(sum(p.successful), 0)::int as successful,
         coalesce(sum(p.business_exceptions), 0)::int as "businessExceptions",
         coalesce(sum(p.application_exceptions), 0)::int as "applicationExceptions"
    from queues q cross join span
   cross join lateral generate_series(span.oldest, span.newest, interval '1 hour') as b (hour)
    left join parts p on p.queue_id = q.id and p.hour = b.hour
   group by q.id, b.hour order by q.id, b.hour`;
