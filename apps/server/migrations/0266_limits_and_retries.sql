-- What jobs of a process may take, and whether one that faults is run again (orchestrator/processes/run-limits.ts).
alter table releases
  add column stop_after_seconds int,
  add column kill_after_seconds int,
  add column stop_strategy smallint,
  add column max_retries smallint not null default 0,
  add column retry_delay_seconds int not null default 60,
  add column retry_delay_factor double precision not null default 2,
  add column memory_limit_megabytes int,
  add column processor_limit double precision;
alter table jobs
  add column max_retries smallint not null default 0,
  add column retry_delay_seconds int not null default 60,
  add column retry_delay_factor double precision not null default 2,
  add column memory_limit_megabytes int,
  add column processor_limit double precision,
  add column attempt smallint not null default 1,
  add column first_job_key uuid,               -- of a later attempt: the job of the first
  add column retry_reason text,                -- of a later attempt: why the one before it was not enough
  add column due_at timestamptz,               -- a later attempt waits until then
  add column processor_seconds double precision, -- what the robot reported of a job that ended
  add column peak_memory_bytes bigint;
create index jobs_by_first_attempt on jobs (first_job_key, attempt) where first_job_key is not null;
create index jobs_due on jobs (due_at) where state = 0 and due_at is not null;
