-- What filters by text compare has indexes of what they compare (packages/odata). In the order of
-- bytes, for `startswith` too.
drop index queue_items_by_reference;
create index queue_items_by_reference on queue_items (queue_id, folded(reference) text_pattern_ops) where reference is not null;
drop index queue_definitions_by_name;
create index queue_definitions_by_name on queue_definitions (folded(name) text_pattern_ops);
