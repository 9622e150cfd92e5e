-- The floor of a lane is its newest row: raising it adds the next and takes the last one away. While it was one row, an old snapshot
-- kept every version of it, and each start walked them all to the newest.
alter table queue_lanes add column turn bigint not null default 0;
alter table queue_lanes drop constraint queue_lanes_pkey;
alter table queue_lanes add primary key (queue_id, lane, turn);
alter table queue_lanes reset (fillfactor);

-- Lowering stays an update: nobody raises while the lock is held, and those who lower together wait for the row.
create or replace function queue_items_became_ready(queue bigint, in_lane smallint, at timestamptz, item bigint) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(20010, hashint8(queue));
  -- A statement of its own: its snapshot is younger than the lock.
  update queue_lanes set floor_at = at, floor_id = item
   where queue_id = queue and lane = in_lane and (at, item) < (floor_at, floor_id)
     and turn = (select newest.turn from queue_lanes newest
                  where newest.queue_id = queue and newest.lane = in_lane order by newest.turn desc limit 1);
end $$;
