-- Queues that were deleted have left what the outbox says of their items, references included; queues that
-- are deleted now take it along.
delete from events e
 where e.entity = 'QueueItem' and not exists (select from queue_items i where i.id = e.entity_key::bigint);
