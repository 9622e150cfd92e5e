import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { transactionStarted } from '../events.ts';
import { QueueItemStatus } from '../items/contract.ts';
import type { Starter } from '../rows.ts';
import { STARTABLE } from '../transactions/transitions.ts';
import { ITEM_COLUMNS, type StoredItem } from './item-row.ts';

/** A caller who wants the next item of a queue. */
export interface StartInput extends Starter {
  readonly queueId: number;
  readonly actor: string | null;
}

/** How far a lane was walked: the last item taken from it, and how many were taken. */
export interface Walked {
  readonly queueId: number;
  readonly lane: number;
  readonly place: string;
  readonly id: number;
  readonly count: number;
}

export interface Started {
  /** In the order of the callers. Undefined where the queue has no item, or none that is free. */
  readonly items: readonly (StoredItem | undefined)[];
  /**
   * In the same order, for callers without an item: a ready item that is locked by somebody who may
   * leave it unchanged.
   */
  readonly locked: readonly (number | undefined)[];
  readonly walked: readonly Walked[];
}

interface StartedRow extends StoredItem {
  readonly asked_queue_id: number;
  /** The queue has deferred items whose time has come. Nothing was taken from it. */
  readonly is_due: boolean;
  readonly queue_id: number;
  readonly position: number;
  readonly id: number;
  readonly lane: number;
  readonly place: string;
}

/**
 * Deferrals may come due while others are let in. A caller at that moment is served by the next try, or takes
 * what is there.
 */
const TRIES = 3;

/**
 * Gives each caller the next item of its queue, in the order of the callers. A caller is told that there is
 * none only if a look that ignores locks finds nothing ready: an item that somebody is editing or letting in
 * is there before and after.
 */
export async function startItems(db: Queryable, inputs: readonly StartInput[]): Promise<Started> {
  const items: (StoredItem | undefined)[] = inputs.map(() => undefined);
  const locked: (number | undefined)[] = inputs.map(() => undefined);
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
    open = withoutItem(open, items);
    const ready = await lookFor(
      db,
      [...open.keys()].filter((queueId) => !due.has(queueId)),
    );
    open = new Map([...open].filter(([queueId]) => due.has(queueId) || ready.has(queueId)));
    if (tries < TRIES) continue;
    for (const [queueId, callers] of open) for (const i of callers) locked[i] = ready.get(queueId);
    break;
  }
  return { items, locked, walked };
}

/** The callers of each queue that have no item yet. */
function withoutItem(
  open: ReadonlyMap<number, readonly number[]>,
  items: readonly (StoredItem | undefined)[],
): Map<number, readonly number[]> {
  const left = new Map<number, readonly number[]>();
  for (const [queueId, callers] of open) {
    const waiting = callers.filter((i) => items[i] === undefined);
    if (waiting.length > 0) left.set(queueId, waiting);
  }
  return left;
}

/** One ready item of each queue, locked or not. */
async function lookFor(db: Queryable, queueIds: readonly number[]): Promise<Map<number, number>> {
  if (queueIds.length === 0) return new Map();
  const rows = await db.query<{ queue_id: number; id: number }>({
    name: 'queue-look',
    text: LOOK,
    values: [arrayOf(queueIds)],
  });
  return new Map(rows.map((row) => [row.queue_id, row.id]));
}

/** The indexes of the callers of each queue. */
function byQueue(inputs: readonly StartInput[]): Map<number, readonly number[]> {
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

function startStatement(
  inputs: readonly StartInput[],
  open: ReadonlyMap<number, readonly number[]>,
  asTheyAre: boolean,
) {
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
 * Walks the lanes of each queue in order, each from its floor along queue_items_ready, until all callers are
 * served. Rows that another node is taking are skipped. A queue with deferred items to let in is left alone,
 * because those may go first.
 *
 * `now()` may be before the moment from which rows are seen. No item begins before it was there, nor an
 * attempt before the last one ended.
 *
 * Plans are kept, and a plan made while the table was nearly empty treats all indexes as equally good. So the
 * statement is written so that only one index serves each part: `order by` names the deferred items' index,
 * and ids are also passed as an array, because a join alone may walk all of them.
 */
const START = `
with asked as materialized (
  select a.queue_id, a.wanted, a.first,
      not $7::boolean and (select true from queue_items i
        where i.queue_id = a.queue_id and i.status in ${STARTABLE.sql} and i.waits and i.defer_at <= now() order by i.defer_at limit 1) is not null as is_due
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
           where i.queue_id = a.queue_id and queue_lane(i.priority, i.due_at) = o.lane and i.status in ${STARTABLE.sql} and not i.waits
             and (queue_place(i.due_at), i.id) >= (l.floor_at, l.floor_id)
           order by queue_place(i.due_at), i.id
             for no key update skip locked limit a.wanted) r
       order by o.lane limit a.wanted) n
   where not a.is_due
), started as (
  update queue_items i
     set status = ${QueueItemStatus.InProgress}, start_processing = greatest(now(), i.created_at), end_processing = null,
         row_version = i.row_version + 1,
         robot_id = ($4::bigint[])[t.position], executor_job_key = ($5::uuid[])[t.position]
    from taken t where i.id = t.id and i.id = any(array(select id from taken))
  returning t.position, t.lane, t.place, ${ITEM_COLUMNS}
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select tenant_id, folder_id, '${transactionStarted.type}', '${transactionStarted.of.entity}', id::text, ($6::text[])[position],
      jsonb_build_object('queueId', queue_id)
    from started order by position
)
select a.queue_id as asked_queue_id, a.is_due, s.*
  from asked a left join started s on s.queue_id = a.queue_id
 where a.is_due or s.id is not null`;

/**
 * The function takes a lock for each queue, so that servers which let in the same items do so one after
 * the other (0090).
 */
const LET_IN = 'select queue_let_in($1::bigint[])';

/** Takes no lock, so nothing is skipped. Reads along the same indexes as START. */
const LOOK = `
select a.queue_id, n.id
  from unnest($1::bigint[]) as a(queue_id) cross join lateral (
    (select r.id
       from (select lane from unnest('{0,1,2,3,4,5}'::smallint[]) as lane order by lane) o cross join lateral (
         select floor_at, floor_id from queue_lanes f
          where f.queue_id = a.queue_id and f.lane = o.lane order by f.turn desc limit 1) l cross join lateral (
         select i.id from queue_items i
          where i.queue_id = a.queue_id and queue_lane(i.priority, i.due_at) = o.lane and i.status in ${STARTABLE.sql} and not i.waits
            and (queue_place(i.due_at), i.id) >= (l.floor_at, l.floor_id)
          order by queue_place(i.due_at), i.id limit 1) r
      limit 1)
    union all
    (select i.id from queue_items i
      where i.queue_id = a.queue_id and i.status in ${STARTABLE.sql} and i.waits and i.defer_at <= now() order by i.defer_at limit 1)
    limit 1) n`;
