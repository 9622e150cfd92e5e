-- What is alike in an order stands by creation and id, all in one direction: each index serves its order and the
-- opposite. Nulls stand where OData has them. The name lies beside what is made of it, since PostgreSQL otherwise
-- reads each row to count the jobs of a process.
drop index jobs_by_creation;
create index jobs_by_creation on jobs (tenant_id, folder_id, created_at, id);
drop index jobs_by_start;
create index jobs_by_start on jobs (tenant_id, folder_id, started_at nulls first, created_at, id);
drop index jobs_by_end;
create index jobs_by_end on jobs (tenant_id, folder_id, ended_at nulls first, created_at, id);
drop index jobs_by_state;
create index jobs_by_state on jobs (tenant_id, folder_id, state, created_at, id);
drop index jobs_by_release_name;
create index jobs_by_release_name on jobs (tenant_id, folder_id, folded(release_name) text_pattern_ops, created_at, id)
  include (release_name);
