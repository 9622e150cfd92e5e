-- Assets: named values that processes read. Each has values for holders (a user, a machine, both, a robot) and one for all others.
create table assets (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  name text not null,
  description text,
  value_scope smallint not null,       -- assets/contract.ts: Global, PerRobot
  value_type smallint not null,
  tags jsonb not null default '[]',
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint,
  unique (id, name)
);

-- Where an asset is: the folder it was made in and those it is shared with, all alike. The name is repeated so that an index can keep it
-- unique in a folder; the foreign key keeps the copy true.
create table asset_folders (
  asset_id bigint not null,
  folder_id bigint not null references folders,  -- no cascade: a folder with assets is not empty
  name text not null,
  primary key (asset_id, folder_id),
  foreign key (asset_id, name) references assets (id, name) on update cascade on delete cascade
);
create unique index asset_folders_name on asset_folders (folder_id, lower(name));

create table asset_values (
  id bigint generated always as identity primary key,
  asset_id bigint not null references assets on delete cascade,
  -- Whose value it is; nobody's: the default.
  user_id bigint references users on delete cascade,
  machine_id bigint references machines on delete cascade,
  robot_id bigint references robots on delete cascade,
  string_value text not null default '',
  bool_value boolean not null default false,
  int_value int not null default 0,
  credential_username text not null default '',
  secret bytea,                        -- password or secret, sealed for the purpose `asset <key>`
  external_name text not null default '',
  key_value_list jsonb not null default '[]',
  constraint asset_values_holder unique nulls not distinct (asset_id, user_id, machine_id, robot_id)
);
create index asset_values_by_user on asset_values (user_id) where user_id is not null;
create index asset_values_by_machine on asset_values (machine_id) where machine_id is not null;
create index asset_values_by_robot on asset_values (robot_id) where robot_id is not null;
