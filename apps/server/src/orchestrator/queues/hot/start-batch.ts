import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import type { Starter } from '../sql.ts';
import { ITEM_COLUMNS, type StoredItem } from './item-row.ts';

/** Somebody who wants the next item of a queue. */
export interface StartInput extends Starter {
  readonly queueId: number;
  readonly actor: string | null;
}

/** How far a lane was walked: the last item taken from it, and how many. */
export interface Walked {
  readonly queueId: number;
  readonly lane: number;
  readonly place: string;
  readonly id: number;
  readonly count: number;
}

export interface Started {
  /** In the order of the callers; undefined where there is no item. */
  readonly items: readonly (StoredItem | undefined)[];
  readonly walked: readonly Walked[];
}

interface StartedRow extends StoredItem {
  readonly asked_queue_id: number;
  /** The queue has deferred items whose time has come: nothing was taken from it. */
  readonly is_due: boolean;
  readonly queue_id: number;
  readonly position: number;
  readonly id: number;
  readonly lane: number;
  readonly place: string;
}

/** Deferrals may pass while others are let in; whoever asks then is served by the next try or takes what is there. */
const TRIES = 3;

/** Gives each caller the next item of its queue, in the callers' order. */
export async function startItems(db: Queryable, inputs: readonly StartInput[]): Promise<Started> {
  const items: (StoredItem | undefined)[] = inputs.map(() => undefined);
  const walked: Walked[] = [];
  let open = byQueue(inputs);
  for (let tries = 1; open.size > 0; tries++) {
    const rows = await db.query<StartedRow>(startStatement(inputs, open, tries === TRIES));
    const order = [...open.values()].flat();
    for (const row of rows.toSorted((a, b) => a.position - b.position)) {
      if (row.is_due) continue;
      items[order[row.position - 1]!] = row;
      walk(walked, row);
    }
    const due = new Set(rows.filter((row) => row.is_due).map((row) => row.asked_queue_id));
    if (due.size > 0) {
      await db.execute({ name: 'queue-let-in', text: LET_IN, values: [arrayOf([...due])] });
    }
    open = new Map([...open].filter(([queueId]) => due.has(queueId)));
  }
  return { items, walked };
}

/** Indexes of the callers of each queue. */
function byQueue(inputs: readonly StartInput[]): Map<number, number[]> {
  const queues = new Map<number, number[]>();
  for (const [i, { queueId }] of inputs.entries()) {
    const callers = queues.get(queueId);
    if (callers) callers.push(i);
    else queues.set(queueId, [i]);
  }
  return queues;
}

/** Rows come in the order in which the lanes were walked. */
function walk(walked: Walked[], { queue_id: queueId, lane, place, id }: StartedRow): void {
  const known = walked.find((one) => one.queueId === queueId && one.lane === lane);
  if (known) Object.assign(known, { place, id, count: known.count + 1 });
  else walked.push({ queueId, lane, place, id, count: 1 });
}

function startStatement(inputs: readonly StartInput[], open: Map<number, number[]>, asTheyAre: boolean) {
  const order = [...open.values()].flat();
  let next = 1;
  const first = [...open.values()].map((callers) => (next += callers.length) - callers.length);
  return {
    name: 'queue-start',
    text: START,
    values: [
      arrayOf([...open.keys()]),
      arrayOf([...open.values()].map((callers) => callers.length)),
      arrayOf(first),
      arrayOf(order.map((i) => inputs[i]!.robotId)),
      arrayOf(order.map((i) => inputs[i]!.jobKey)),
      arrayOf(order.map((i) => inputs[i]!.actor)),
      asTheyAre,
    ],
  };
}

/**
 * For each queue its lanes in their order, each from its floor on along queue_items_ready, as far as there are callers; rows that
 * another node is taking are skipped. A queue with items to be let in is left alone, since they may go first.
 *
 * Plans are kept, and one made while the table was nearly empty takes all indexes for equally good. So each index is the only one
 * that serves: `order by` names the deferred ones', and ids are asked for as an array, too, since a join alone may walk all of them.
 */
const START = `
with asked as materialized (
  select a.queue_id, a.wanted, a.first,
      not $7::boolean and (select true from queue_items i
        where i.queue_id = a.queue_id and i.status = 0 and i.waits and i.defer_at <= now() order by i.defer_at limit 1) is not null as is_due
    from unnest($1::bigint[], $2::int[], $3::int[]) as a(queue_id, wanted, first)
), taken as materialized (
  select a.queue_id, n.lane, n.place, n.id,
      (a.first - 1 + row_number() over (partition by a.queue_id order by n.lane, n.place, n.id))::int as position
    from asked a cross join lateral (
      select o.lane, r.place, r.id
        from (select lane from unnest('{0,1,2,3,4,5}'::smallint[]) as lane order by lane) o cross join lateral (
          select floor_at, floor_id from queue_lanes f
           where f.queue_id = a.queue_id and f.lane = o.lane order by f.turn desc limit 1) l cross join lateral (
          select queue_place(i.due_at) as place, i.id from queue_items i
           where i.queue_id = a.queue_id and queue_lane(i.priority, i.due_at) = o.lane and i.status = 0 and not i.waits
             and (queue_place(i.due_at), i.id) >= (l.floor_at, l.floor_id)
           order by queue_place(i.due_at), i.id
             for update skip locked limit a.wanted) r
       order by o.lane limit a.wanted) n
   where not a.is_due
), started as (
  update queue_items i
     set status = 1, start_processing = now(), end_processing = null, row_version = i.row_version + 1,
         robot_id = ($4::bigint[])[t.position], executor_job_key = ($5::uuid[])[t.position]
    from taken t where i.id = t.id and i.id = any(array(select id from taken))
  returning t.position, t.lane, t.place, ${ITEM_COLUMNS}
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select tenant_id, folder_id, 'queueItem.transactionStarted', 'QueueItem', id::text, ($6::text[])[position],
      jsonb_build_object('queueId', queue_id)
    from started order by position
)
select a.queue_id as asked_queue_id, a.is_due, s.*
  from asked a left join started s on s.queue_id = a.queue_id
 where a.is_due or s.id is not null`;

/** Their places in the lanes are found again by the trigger that lowers floors. */
const LET_IN = `
update queue_items set waits = false
 where id in (select id from queue_items
               where queue_id = any($1::bigint[]) and status = 0 and waits and defer_at <= now()
               order by queue_id, defer_at, id for update limit 10000)`;
