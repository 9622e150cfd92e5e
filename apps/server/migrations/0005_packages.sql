-- Packages: what robots run, in feeds. The bytes are files (kernel/files) under the hash of their content;
-- here is what is known of them.
create table feeds (
  id uuid primary key default gen_random_uuid(),
  tenant_id int not null references tenants,
  folder_id bigint references folders on delete cascade,  -- null: the tenant's own
  purpose smallint not null,          -- FeedType: 1 Processes, 2 Libraries
  created_at timestamptz not null default now()
);
create unique index feeds_of_tenant on feeds (tenant_id, purpose) where folder_id is null;
create unique index feeds_of_folder on feeds (folder_id, purpose) where folder_id is not null;

create table packages (
  id bigint generated always as identity primary key,
  tenant_id int not null references tenants,
  feed_id uuid not null references feeds on delete cascade,
  package_id text not null,           -- as its author wrote it; compared without case
  version text not null,              -- NuGet's normal form
  version_order text collate "C" not null,  -- sorts as versions do (packages/version-order.ts)
  is_prerelease boolean not null,
  title text not null,
  description text not null,
  authors text not null,
  owners text,
  summary text,
  release_notes text,
  tags text,
  project_url text,
  license_url text,
  icon_url text,
  project_type smallint not null,
  package_type smallint not null,
  target_framework smallint not null,
  requires_user_interaction boolean not null,
  is_attended boolean not null,
  is_compiled boolean not null,
  supports_multiple_entry_points boolean not null,
  main_entry_point_path text,
  runtime_kind text,                  -- python, node, robot, command, xaml, unknown; null for libraries
  bindings jsonb not null default '[]',
  size bigint not null,
  sha256 text not null,               -- lower case hex
  file_key text not null,
  published_at timestamptz not null default now(),
  publisher text                      -- as events.actor
);
-- A version is there once; the newest of a package is the last in this index.
create unique index packages_version on packages (feed_id, lower(package_id), version_order);
create index packages_by_file on packages (sha256);

create table package_entry_points (
  id bigint generated always as identity primary key,
  package_row_id bigint not null references packages on delete cascade,
  position int not null,
  unique_id uuid not null,
  path text not null,
  type text not null,
  is_main boolean not null,
  input_schema jsonb,                 -- null: unknown, anything is taken
  output_schema jsonb,
  input_arguments text,               -- the same, as the API's list of .NET types in JSON
  output_arguments text
);
create unique index package_entry_points_path on package_entry_points (package_row_id, path);
