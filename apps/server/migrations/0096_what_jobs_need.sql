-- Jobs that wait for one robot, machine or session: few, and looked through when one of those goes.
create index jobs_pinned on jobs (id)
  where state = 0 and (wanted_robot_id is not null or wanted_machine_id is not null or wanted_session_id is not null);
-- Jobs that wait for a package, by what they name it.
create index jobs_waiting_for_package on jobs (feed_id, process_key, process_version) where state in (0, 7, 8);

-- The job that a restart made of this one: while it has not ended, a restart answers it
-- instead of making another.
alter table jobs add column restart_of bigint;
create index jobs_by_restart on jobs (restart_of) where restart_of is not null and state not in (4, 5, 6);

-- Paths that folders had before they were moved or renamed: running jobs were handed them.
create table former_folder_paths (
  folder_id bigint not null references folders on delete cascade,
  path text not null,
  until timestamptz not null default now(),
  primary key (folder_id, path)
);
create function folders_leave_their_path() returns trigger language plpgsql as $$
begin
  insert into former_folder_paths (folder_id, path) values (old.id, old.path)
  on conflict (folder_id, path) do update set until = now();
  -- No job runs for so long.
  delete from former_folder_paths where folder_id = old.id and until < now() - interval '30 days';
  return null;
end $$;
create trigger path_is_left after update of path on folders for each row when (old.path <> new.path)
  execute function folders_leave_their_path();
