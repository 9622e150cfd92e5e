-- The state lies beside the times of a job: jobs are counted over time from the index alone
-- (orchestrator/jobs/counts-over-time.ts).
drop index jobs_by_creation;
create index jobs_by_creation on jobs (tenant_id, folder_id, created_at, id) include (state);
drop index jobs_by_start;
create index jobs_by_start on jobs (tenant_id, folder_id, started_at nulls first, created_at, id) include (state);
drop index jobs_by_end;
create index jobs_by_end on jobs (tenant_id, folder_id, ended_at nulls first, created_at, id) include (state);
