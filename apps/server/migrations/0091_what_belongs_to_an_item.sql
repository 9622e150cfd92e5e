-- What belongs to an item goes with it, whatever happens at the same moment. Who writes a comment holds the
-- item's row (comments.ts); here the same for queues that are deleted.

-- Comments that were written while their items were being archived or deleted, before their writers held
-- the items.
delete from queue_item_comments c where not exists (select from queue_items i where i.id = c.item_id);

-- A result that was just being recorded adds a retry and an event which the statement that waited for it does
-- not see. So items are looked for again, each time by a younger snapshot, until there are none: who could
-- add one holds one that would be seen.
create or replace function queue_items_leave() returns trigger language plpgsql as $$
declare
  ids bigint[];
begin
  loop
    ids := array(select id from queue_items where queue_id = old.id limit 10000);
    exit when cardinality(ids) = 0;
    delete from queue_items where id = any(ids);
    delete from events where entity = 'QueueItem' and entity_key::bigint = any(ids);
  end loop;
  return null;
end $$;
-- Before the foreign keys, whose triggers are called RI_…: they run by name. Whoever ends an item lowers
-- floors, and waited for lanes that were deleted already, while the deletion waited for the item.
alter trigger items_leave on queue_definitions rename to "Items_leave";
