-- Jobs: one wanted run of a process. What a release said at the start is copied, so that a later change of it changes no job.
create table jobs (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  folder_id bigint not null references folders on delete cascade,
  release_id bigint references releases on delete set null,
  release_version_id bigint,
  release_name text not null,
  process_key text not null,                   -- package id
  process_version text not null,
  process_type smallint not null default 1,
  feed_id uuid,
  package_sha256 text,
  runtime_kind text not null,                  -- what a robot must be able to run: python, node, robot, command, xaml, unknown
  entry_point_path text,
  environment_variables text,
  input_arguments text,
  output_arguments text,

  state smallint not null default 0,           -- jobs/transitions.ts
  sub_state text,
  priority smallint not null default 45,       -- 1 to 100, higher first
  runtime_type smallint not null default 2,
  type smallint not null default 0,
  source text not null default 'Manual',
  source_type smallint not null default 0,
  batch_execution_key uuid not null,
  reference text,
  parent_job_key uuid,
  starting_schedule_id bigint,
  requires_user_interaction boolean not null default false,
  resume_on_same_context boolean not null default false,
  remote_control_access smallint not null default 0,
  run_as_me boolean not null default false,
  stop_strategy smallint,
  stop_after_seconds int,
  kill_after_seconds int,
  details jsonb not null default '{}',         -- kept and given back, without meaning to the server
  creator_user_id bigint,

  -- What the caller pinned the job to; null: any that may run it.
  wanted_robot_id bigint,
  wanted_machine_id bigint,
  wanted_session_id bigint,

  -- The hand-out: who has the job, under which execution, and until when it must report Running.
  session_id bigint references sessions on delete set null,
  machine_id bigint references machines on delete set null,
  robot_id bigint references robots on delete set null,
  execution_id uuid,
  lease_until timestamptz,
  host_machine_name text,

  info text,
  error_code text,
  exit_code int,
  reported_state smallint,                     -- what the robot's final report said; null while there is none, and when the server ended the job
  created_at timestamptz not null default now(),
  started_at timestamptz,
  stopping_at timestamptz,                     -- when a soft stop was asked for
  ended_at timestamptz,
  modified_at timestamptz not null default now()
);
create index jobs_by_folder on jobs (tenant_id, folder_id, id);
-- The order that lists are looked at in.
create index jobs_by_creation on jobs (tenant_id, folder_id, created_at desc, id);
create index jobs_by_release on jobs (release_id);
create index jobs_by_batch on jobs (batch_execution_key);
-- Claims: the WHERE and the ORDER BY of jobs/dispatch.ts.
create index jobs_pending on jobs (tenant_id, runtime_type, priority desc, id) where state = 0;
-- What a session has in its hands: processes, and jobs that were handed out but have not begun. The reaper walks both.
create index jobs_in_execution on jobs (session_id) where state in (1, 2, 3);
create index jobs_handed_out on jobs (session_id) where state = 0 and session_id is not null;
create index jobs_not_final on jobs (release_id) where state not in (4, 5, 6);

-- Slots of each session by runtime type: the lesser of what its host offers and what the machine allows, and how many are taken. A job
-- that was handed out takes one from the hand-out on, until its lease is lost or it is final.
create view session_runtimes as
  select s.id as session_id, s.tenant_id, s.machine_id, t.runtime_type,
         least(coalesce((s.slots ->> t.name)::int, case when s.slots is null then t.slots else 0 end), t.slots) as slots,
         (select count(*)::int from jobs j
           where j.session_id = s.id and j.runtime_type = t.runtime_type and j.state in (1, 2, 3))
         + (select count(*)::int from jobs j
             where j.session_id = s.id and j.runtime_type = t.runtime_type and j.state = 0 and j.lease_until > clock_timestamp()) as used,
         s.state = 0 and s.responsive_until > now() as is_connected
    from sessions s
    join machines m on m.id = s.machine_id
   cross join lateral (values (0, 'NonProduction', m.non_production_slots), (2, 'Unattended', m.unattended_slots),
                              (5, 'Headless', m.headless_slots), (7, 'TestAutomation', m.test_automation_slots))
                      as t (runtime_type, name, slots);

-- The same for each machine: slots of one host, its connected hosts, and their slots.
create view machine_runtimes as
  select m.tenant_id, m.id as machine_id, t.runtime_type, t.slots, s.hosts, s.connected, s.available
    from machines m
   cross join lateral (values (0, m.non_production_slots), (2, m.unattended_slots), (5, m.headless_slots), (7, m.test_automation_slots))
                      as t (runtime_type, slots)
   cross join lateral (
     select count(*)::int as hosts, coalesce(sum(r.slots), 0)::int as connected,
            coalesce(sum(greatest(r.slots - r.used, 0)), 0)::int as available
       from session_runtimes r
      where r.machine_id = m.id and r.runtime_type = t.runtime_type and r.is_connected) s
   where t.slots > 0;
