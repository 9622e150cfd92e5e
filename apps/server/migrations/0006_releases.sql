-- Releases, which people call processes: a version of a package, ready to start in a folder.
create table releases (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  folder_id bigint not null references folders,
  name text not null,
  description text,
  process_key text not null,          -- packages.package_id
  process_version text not null,      -- packages.version
  feed_id uuid not null references feeds,
  -- No cascade: a version that a process uses cannot be deleted, whoever asks at the same moment.
  package_row_id bigint not null references packages,
  entry_point_id bigint references package_entry_points,
  input_arguments text,
  environment_variables text,
  specific_priority_value smallint not null default 45,
  interaction_override boolean,       -- null: as the package says
  auto_update boolean not null default false,
  hidden_for_attended_user boolean not null default false,
  process_settings jsonb,
  video_recording_settings jsonb,
  tags jsonb not null default '[]',
  robot_size smallint,
  remote_control_access smallint not null default 0,
  automation_hub_idea_url text,
  current_version_id bigint,          -- release_versions.id
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint
);
create unique index releases_name on releases (folder_id, lower(name));
create index releases_by_package on releases (package_row_id);
create index releases_to_update on releases (feed_id, lower(process_key)) where auto_update;

-- Every version that a process had, in the order in which it had them.
create table release_versions (
  id bigint generated always as identity primary key,
  release_id bigint not null references releases on delete cascade,
  version_number text not null,
  created_at timestamptz not null default now()
);
create index release_versions_by_release on release_versions (release_id, id);

-- How long jobs are kept, where somebody said so.
create table release_retention (
  release_id bigint not null references releases on delete cascade,
  type smallint not null,             -- 0 jobs in a final state, 1 jobs that never reached one
  action smallint not null,
  period int not null,                -- days
  bucket_id bigint,
  primary key (release_id, type)
);
