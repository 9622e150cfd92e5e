-- Hot paths of queues: what starts next is found in a few index entries however many items there are, were, or wait.
-- The design, what was tried beside it and the rates are told in apps/server/src/orchestrator/queues/hot/README.md.

-- Deferred and not due: outside of the ready index until a start finds that its time has come. Kept by the triggers below.
alter table queue_items add column waits boolean not null default false;
update queue_items set waits = true where status = 0 and defer_at > now();

-- The order of start. Lanes 0 to 2 hold items with a deadline by priority, 3 to 5 those without; within a lane by deadline, then age.
create function queue_lane(priority smallint, due_at timestamptz) returns smallint language sql immutable parallel safe
  return (priority + case when due_at is null then 3 else 0 end)::smallint;
create function queue_place(due_at timestamptz) returns timestamptz language sql immutable parallel safe
  return coalesce(due_at, 'infinity');

drop index queue_items_to_start;
create index queue_items_ready on queue_items (queue_id, queue_lane(priority, due_at), queue_place(due_at), id)
  where status = 0 and not waits;
create index queue_items_deferred on queue_items (queue_id, defer_at) where status = 0 and waits;

-- Most items have no executor: they need no entry.
drop index queue_items_of_executor;
create index queue_items_of_executor on queue_items (executor_job_key) where status = 1 and executor_job_key is not null;
-- Lists: by folder, and by the states that people look for. What was successful is the mass, and has no entry.
create index queue_items_by_folder on queue_items (folder_id, id);
create index queue_items_by_status on queue_items (queue_id, status, id) where status in (0, 1, 2, 4);

-- No ready item stands before its lane's floor. Whoever starts items begins there, past all that earlier starts left behind: under an
-- old snapshot those index entries cannot be removed, and walking them made each start slower than the one before.
create table queue_lanes (
  queue_id bigint not null references queue_definitions on delete cascade,
  lane smallint not null,
  floor_at timestamptz not null default '-infinity',
  floor_id bigint not null default 0,
  primary key (queue_id, lane)
) with (fillfactor = 20);
insert into queue_lanes (queue_id, lane) select id, lane from queue_definitions, generate_series(0, 5) lane;

create function queue_lanes_begin() returns trigger language plpgsql as $$
begin
  insert into queue_lanes (queue_id, lane) select new.id, lane from generate_series(0, 5) lane;
  return null;
end $$;
create trigger lanes after insert on queue_definitions for each row execute function queue_lanes_begin();

-- Floors are raised by one session at a time, under the queue's advisory lock (hot/raise-floors.ts). Whoever makes an item ready holds
-- the lock shared until its commit, so a floor is never raised past an item that is about to appear.
create function queue_items_became_ready(queue bigint, in_lane smallint, at timestamptz, item bigint) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(20010, hashint8(queue));
  -- A statement of its own: its snapshot is younger than the lock.
  update queue_lanes set floor_at = at, floor_id = item
   where queue_id = queue and lane = in_lane and (at, item) < (floor_at, floor_id);
end $$;

create function queue_items_inserted() returns trigger language plpgsql as $$
declare
  first record;
begin
  for first in
    select distinct on (queue_id, lane) queue_id, queue_lane(priority, due_at) as lane, queue_place(due_at) as place, id
      from added where status = 0 and not waits order by queue_id, lane, place, id
  loop
    perform queue_items_became_ready(first.queue_id, first.lane, first.place, first.id);
  end loop;
  return null;
end $$;
create trigger lower_floors_after_insert after insert on queue_items
  referencing new table as added for each statement execute function queue_items_inserted();

create function queue_items_updated() returns trigger language plpgsql as $$
begin
  perform queue_items_became_ready(new.queue_id, queue_lane(new.priority, new.due_at), queue_place(new.due_at), new.id);
  return null;
end $$;
create trigger lower_floors_after_update after update on queue_items for each row
  when (new.status = 0 and not new.waits
        and (old.status <> 0 or old.waits or old.priority <> new.priority or old.due_at is distinct from new.due_at))
  execute function queue_items_updated();

create function queue_items_wait() returns trigger language plpgsql as $$
begin
  new.waits := new.defer_at is not null and new.defer_at > now();
  return new;
end $$;
create trigger wait_before_insert before insert on queue_items for each row
  when (new.status = 0 and new.defer_at is not null) execute function queue_items_wait();
create trigger wait_before_update before update on queue_items for each row
  when (new.status = 0 and (new.waits or new.defer_at is not null)) execute function queue_items_wait();
