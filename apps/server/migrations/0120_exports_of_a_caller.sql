-- Whoever asked for exports may list theirs.
create index exports_of_caller on exports (tenant_id, requested_by, id);
