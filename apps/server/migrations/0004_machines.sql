-- Machines (what a host must know to connect), the accounts that jobs run as, and the hosts that are connected.
create table machines (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  name text not null,
  description text,
  type smallint not null default 0,            -- MachineType: Standard, Template
  scope smallint not null default 0,           -- MachineScope
  license_key uuid not null unique default gen_random_uuid(),  -- client_id of the hosts that connect
  -- Jobs that each connected host may run at once, by runtime type.
  unattended_slots int not null default 0 check (unattended_slots >= 0),
  non_production_slots int not null default 0 check (non_production_slots >= 0),
  headless_slots int not null default 0 check (headless_slots >= 0),
  test_automation_slots int not null default 0 check (test_automation_slots >= 0),
  automation_type smallint not null default 0,
  target_framework smallint not null default 0,
  details jsonb not null default '{}',         -- kept and given back, without meaning to the server: Tags, UpdatePolicy, MaintenanceWindow, VpnSettings
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint
);
create unique index machines_name on machines (tenant_id, lower(name));

create table machine_secrets (
  id bigint generated always as identity primary key,
  machine_id bigint not null references machines on delete cascade,
  hash bytea not null,                         -- SHA-256: the secrets are 256 random bits of ours, so a slow hash would add nothing
  created_at timestamptz not null default now()
);
create index machine_secrets_by_machine on machine_secrets (machine_id);

create table folder_machines (
  folder_id bigint not null references folders on delete cascade,
  machine_id bigint not null references machines on delete cascade,
  propagate_to_sub_folders boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (folder_id, machine_id)
);
create index folder_machines_by_machine on folder_machines (machine_id);

-- Where a machine may run jobs: folders it is assigned to, and below those that propagate.
create view machine_folders as
  select fm.machine_id, fm.folder_id, false as is_inherited from folder_machines fm
  union
  select fm.machine_id, f.id, true
    from folder_machines fm join folders f on fm.folder_id = any(f.ancestors)
   where fm.propagate_to_sub_folders
     and not exists (select from folder_machines own where own.folder_id = f.id and own.machine_id = fm.machine_id);

-- The account that jobs run as: one for each user with unattended rights.
create table robots (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  user_id bigint not null unique references users on delete cascade,
  name text not null,
  username text,                               -- account on the hosts, where one is named
  description text,
  type smallint not null default 2,            -- RobotType: Unattended
  is_enabled boolean not null default true,
  credential_type smallint not null default 0,
  execution_settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint
);
create index robots_by_tenant on robots (tenant_id, id);

-- Accounts that alone may run jobs on a machine; a machine without rows takes every account.
create table machine_robots (
  machine_id bigint not null references machines on delete cascade,
  robot_id bigint not null references robots on delete cascade,
  primary key (machine_id, robot_id)
);
create index machine_robots_by_robot on machine_robots (robot_id);

-- Accounts that jobs of a folder may run as: of active users with a role in the folder or above it.
create view folder_robots as
  select distinct f.id as folder_id, r.id as robot_id
    from folders f
    join folder_users fu on fu.folder_id = f.id or fu.folder_id = any(f.ancestors)
    join users u on u.id = fu.user_id and u.is_active and u.may_have_unattended_session
    join robots r on r.user_id = u.id and r.is_enabled;

-- A host that is or was connected for a machine. The same installation that returns is the same session.
create table sessions (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  machine_id bigint not null references machines on delete cascade,
  host_machine_name text not null,
  service_user_name text,
  installation_id uuid not null,
  state smallint not null default 0,           -- 0 connected, 2 said goodbye, 3 fell silent (seen by the reaper)
  maintenance_mode smallint not null default 0,
  version text,
  platform smallint not null default 0,
  slots jsonb,                                 -- what the host offers: {"Unattended": 2}; null: all that the machine allows
  capabilities text[] not null default '{}',   -- kinds of package it can run
  info text,
  debug_until timestamptz,
  reporting_at timestamptz not null default now(),
  responsive_until timestamptz not null default now(),  -- reporting_at and the heartbeats that may be missed
  created_at timestamptz not null default now(),
  unique (machine_id, installation_id)
);
create index sessions_by_tenant on sessions (tenant_id, id);
create index sessions_connected on sessions (responsive_until) where state = 0;
