-- The order in which events can be followed. Ids are given before the commit, so an event may appear behind one
-- that was read already. A transaction's number, which none below the oldest one under way can still bring, puts
-- them into an order that only grows at its end. Events of before share the number of this migration.
alter table events add column xid xid8 not null default pg_current_xact_id();
create index events_in_order on events (xid, id);

-- How far each follower is (kernel/events/follow.ts); whichever node reads on keeps it.
create table event_cursors (
  name text primary key,
  xid xid8 not null,
  id bigint not null,
  moved_at timestamptz not null default now()
);
