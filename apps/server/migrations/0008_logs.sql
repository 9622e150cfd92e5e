-- What robots and their processes say, and the files that people have made of it.

-- Partitioned by the month of the line's own time: history is dropped a partition at a time, never deleted row by row. The line's time
-- and not the time of its arrival, because a unique index must hold the partition's column: a line that is sent again carries the same
-- time, so it meets itself. Lines of clocks that are far off land in the default partition and are found like all others.
create sequence robot_logs_id;
create table robot_logs (
  id bigint not null default nextval('robot_logs_id'),
  tenant_id int not null,
  folder_id bigint not null,           -- no foreign keys: the hottest insert of all, and a line may outlive its job
  job_key uuid,
  level smallint not null,             -- logs/contract.ts: Trace, Debug, Info, Warn, Error, Fatal
  time_stamp timestamptz not null,
  message text not null,
  raw_message text not null,           -- the line as it was sent
  process_name text,
  windows_identity text,
  robot_name text,
  host_machine_name text,
  machine_id bigint,
  runtime_type smallint,
  fingerprint text                     -- unique in the job: what is sent again after a lost answer is stored once
) partition by range (time_stamp);
alter sequence robot_logs_id owned by robot_logs.id;
create table robot_logs_default partition of robot_logs default;

create index robot_logs_by_job on robot_logs (job_key, time_stamp, id) where job_key is not null;
create index robot_logs_by_folder on robot_logs (folder_id, time_stamp, id);
create unique index robot_logs_once on robot_logs (job_key, fingerprint, time_stamp) where fingerprint is not null;

-- Makes the partitions of this month and the next ones; answers how many were missing. Lines that were too early for a partition of
-- their own and waited in the default one are moved.
create function ensure_log_partitions(months_ahead int default 2) returns int
language plpgsql set timezone = 'UTC' as $$
declare
  since timestamptz;
  until timestamptz;
  partition text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton robot_logs partitions', 0));
  for n in 0..months_ahead loop
    since := date_trunc('month', now()) + make_interval(months => n);
    until := since + interval '1 month';
    partition := 'robot_logs_' || to_char(since, 'YYYY_MM');
    continue when to_regclass(partition) is not null;
    lock table robot_logs_default in access exclusive mode;
    execute format('create table %I (like robot_logs including defaults)', partition);
    execute format(
      'with early as (delete from robot_logs_default where time_stamp >= %L and time_stamp < %L returning *)
       insert into %I select * from early', since, until, partition);
    execute format('alter table robot_logs attach partition %I for values from (%L) to (%L)', partition, since, until);
    made := made + 1;
  end loop;
  return made;
end $$;
select ensure_log_partitions();

-- Lists that somebody wanted as a file. The statement and its values are kept, so that any node can do the work, and again after a crash.
create table exports (
  id bigint generated always as identity primary key,
  tenant_id int not null references tenants,
  requested_by text not null,          -- as events.actor
  name text not null,
  type smallint not null,              -- exports/contract.ts
  status smallint not null default 0,
  query jsonb not null,                -- {text, values}
  columns jsonb not null,              -- [{name, names?}]
  attempts int not null default 0,
  error text,
  size bigint,
  file_key text,
  requested_at timestamptz not null default now(),
  executed_at timestamptz
);
create index exports_to_do on exports (id) where status in (0, 1);
create index exports_by_age on exports (requested_at);
