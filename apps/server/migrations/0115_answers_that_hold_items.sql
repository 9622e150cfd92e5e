-- A kept answer that holds the content of a queue item is forgotten with that content: personal data goes
-- when it is erased, not up to a day later. The record itself stays, so that the call is not carried out
-- again (kernel/http/idempotency.ts).
alter table idempotent_answers add column holds text;   -- "QueueItem 12"
create index idempotent_answers_by_what_they_hold on idempotent_answers (holds) where holds is not null;

create or replace function queue_items_leave() returns trigger language plpgsql as $$
declare
  ids bigint[];
begin
  loop
    ids := array(select id from queue_items where queue_id = old.id limit 10000);
    exit when cardinality(ids) = 0;
    delete from queue_items where id = any(ids);
    delete from events where entity = 'QueueItem' and entity_key::bigint = any(ids);
    update idempotent_answers set body = null, request_hash = '', holds = null
     where holds = any(array(select 'QueueItem ' || id from unnest(ids) id));
  end loop;
  return null;
end $$;
