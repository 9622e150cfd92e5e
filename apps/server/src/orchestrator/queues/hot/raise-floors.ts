import type { Database, Transaction } from '../../../kernel/db/sql.ts';
import { STARTABLE } from '../transactions/transitions.ts';
import type { Walked } from './start-batch.ts';

/**
 * Each start leaves a dead entry in the ready index, which cannot be removed while an older snapshot is open.
 * After this many starts, the lane's floor is raised past them. A smaller number would write the lane's row
 * more often; a larger one would make each start walk further.
 */
const RAISED_AFTER = 200;

/** Counts what is taken from each lane, and raises floors apart from the calls, one lane at a time. */
export function floorRaiser(
  db: Database,
  onError: (error: unknown) => void,
): (walked: readonly Walked[]) => void {
  const lanes = new Map<string, Walked>();
  const due = new Set<string>();
  let working: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    for (const key of due) {
      const isRaised = await db.transaction((tx) => raiseFloor(tx, lanes.get(key)!));
      // If somebody is adding at this moment, the next start tries again.
      if (isRaised) lanes.delete(key);
      due.delete(key);
    }
  };
  return (walked) => {
    for (const one of walked) {
      const key = `${one.queueId} ${one.lane}`;
      const count = one.count + (lanes.get(key)?.count ?? 0);
      lanes.set(key, { ...one, count });
      if (count >= RAISED_AFTER) due.add(key);
    }
    if (due.size === 0 || working) return;
    working = work()
      .catch(onError)
      .finally(() => (working = undefined));
  };
}

/**
 * Raises a floor to the first ready item, at most to the given place. Answers false if the queue's lock is
 * held. It never waits for that lock, because those who add would wait behind it.
 */
export async function raiseFloor(tx: Transaction, { queueId, lane, place, id }: Walked): Promise<boolean> {
  const lock = await tx.first<{ held: boolean }>({
    name: 'queue-floor-lock',
    text: 'select pg_try_advisory_xact_lock(20010, hashint8($1)) as held',
    values: [queueId],
  });
  if (!lock?.held) return false;
  // The statement begins under the lock, so it sees every item behind the place that is or may become ready.
  await tx.execute({ name: 'queue-floor-raise', text: RAISE, values: [queueId, lane, place, id] });
  return true;
}

const RAISE = `
with last as materialized (
  select turn, floor_at, floor_id from queue_lanes where queue_id = $1 and lane = $2 order by turn desc limit 1
), next as materialized (
  select l.turn, coalesce(f.place, $3::timestamptz) as floor_at, coalesce(f.id, $4::bigint) as floor_id
    from last l left join lateral (
      select queue_place(i.due_at) as place, i.id from queue_items i
       where i.queue_id = $1 and queue_lane(i.priority, i.due_at) = $2 and i.status in ${STARTABLE.sql} and not i.waits
         and (queue_place(i.due_at), i.id) >= (l.floor_at, l.floor_id)
         and (queue_place(i.due_at), i.id) < ($3::timestamptz, $4::bigint)
       order by queue_place(i.due_at), i.id limit 1) f on true
   where (coalesce(f.place, $3::timestamptz), coalesce(f.id, $4::bigint)) > (l.floor_at, l.floor_id)
), added as (
  insert into queue_lanes (queue_id, lane, turn, floor_at, floor_id) select $1, $2, turn + 1, floor_at, floor_id from next
)
delete from queue_lanes where queue_id = $1 and lane = $2 and turn = (select turn from next)`;
