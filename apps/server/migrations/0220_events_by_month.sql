-- Events go a month at a time (kernel/events/keep-events.ts): a table is dropped, no row is deleted. Those of
-- queue items, the most by far, are apart from all others and are kept for a time of their own: what an item's
-- history shows is made of them, and whoever follows jobs does not wade through them.
--
-- By the time of the event and not by its transaction, in whose order events are followed: months are known
-- ahead, transactions are not, and a database that was restored gives them new numbers (align-events.ts).
-- Readers merge the tables in their order by an index of each. An id alone is unique by its sequence: a unique
-- index would have to hold what tells the tables apart.
create sequence events_id;
alter table events rename to events_before;
select setval('events_id', last_value, is_called) from events_id_seq;
create table events (
  id bigint not null default nextval('events_id'),
  tenant_id int,
  folder_id bigint,
  type text not null,             -- "job.created", the webhook's event name where there is one
  entity text not null,           -- "Job"
  entity_key text not null,       -- what names the row for people and APIs: its key or id
  actor text,                     -- who, as `user:42`, `app:<client id>`, `robot:<id>`, `machine:<id>`, or null for the server itself
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id()
) partition by list (entity);
alter sequence events_id owned by events.id;

create table item_events partition of events for values in ('QueueItem') partition by range (created_at);
create table other_events partition of events default partition by range (created_at);
-- What has no month of its own yet. Nothing is refused because somebody was late.
create table item_events_default partition of item_events default;
create table other_events_default partition of other_events default;

-- Makes the table of a month of `item_events` or `other_events`, and moves there what waited for it; false
-- where it is there. One month in a transaction: who writes holds locks in any order.
create function make_month_of_events(events_of text, at timestamptz, months_ahead int default 0) returns boolean
language plpgsql set timezone = 'UTC' as $$
declare
  since timestamptz := date_trunc('month', at) + make_interval(months => months_ahead);
  until timestamptz := since + interval '1 month';
  month text := events_of || to_char(since, '_YYYY_MM');
begin
  if to_regclass(month) is not null then
    return false;
  end if;
  execute format('create table %I (like %I including defaults)', month, events_of);
  -- Writers of a month that has begun wait before they look for their place (0092). In months to come nobody writes.
  if since <= now() then
    execute format('lock table only %I in share row exclusive mode', events_of);
  end if;
  execute format('lock table %I in access exclusive mode', events_of || '_default');
  execute format(
    'with early as (delete from %I where created_at >= %L and created_at < %L returning *) insert into %I select * from early',
    events_of || '_default', since, until, month);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', events_of, month, since, until);
  return true;
end $$;

select make_month_of_events(events_of, month)
  from (select distinct case entity when 'QueueItem' then 'item_events' else 'other_events' end, date_trunc('month', created_at, 'UTC')
          from events_before) months (events_of, month);
select make_month_of_events(events_of, now(), n)
  from unnest('{item_events,other_events}'::text[]) events_of, generate_series(0, 2) n;

insert into events (id, tenant_id, folder_id, type, entity, entity_key, actor, payload, created_at, xid)
select id, tenant_id, folder_id, type, entity, entity_key, actor, payload, created_at, xid from events_before order by id;
drop table events_before;

create index events_in_order on events (xid, id);
create index item_events_by_id on item_events (id);
create index item_events_of_item on item_events ((entity_key::bigint), id);

-- Up to where events have been dropped: who was not beyond it has missed some.
create table dropped_events (
  events_of text primary key,     -- "item_events"
  xid xid8 not null,
  id bigint not null,
  dropped_at timestamptz not null default now()
);
