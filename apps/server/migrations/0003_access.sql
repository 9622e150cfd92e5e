-- Folders, the users of a tenant, their roles: who may do what, and where.
create table folders (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  parent_id bigint references folders,
  display_name text not null,
  path text not null,             -- FullyQualifiedName, "Shared/Finance"
  ancestors bigint[] not null default '{}',  -- from the root down to the parent
  description text,
  folder_type smallint not null default 0,
  provision_type smallint not null default 1,
  permission_model smallint not null default 1,
  feed_type smallint not null default 1,
  owner_user_id bigint,           -- of a personal workspace; nobody else's rights reach it
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint
);
create unique index folders_path on folders (tenant_id, lower(path));
create index folders_by_parent on folders (parent_id);
create index folders_by_ancestor on folders using gin (ancestors);
create unique index folders_by_owner on folders (owner_user_id) where owner_user_id is not null;

create table users (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  type smallint not null default 0,   -- UserType: User, Robot, DirectoryUser, DirectoryGroup, DirectoryRobot, DirectoryExternalApplication
  user_name text not null,
  domain text,
  directory_identifier uuid,          -- identity_users.id, external_apps.client_id, …: who this row is in Identity
  name text,
  surname text,
  email text,
  is_active boolean not null default true,
  may_have_user_session boolean not null default true,
  may_have_robot_session boolean not null default false,
  may_have_unattended_session boolean not null default false,
  may_have_personal_workspace boolean not null default false,
  last_login_at timestamptz,
  unattended_password bytea,            -- sealed; of the account on the hosts that robots may need
  details jsonb not null default '{}',  -- what is kept and given back but means nothing to the server (UpdatePolicy, NotificationSubscription, …)
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint
);
create unique index users_name on users (tenant_id, lower(user_name));
create unique index users_directory on users (tenant_id, directory_identifier) where directory_identifier is not null;

create table roles (
  id int generated always as identity primary key,
  tenant_id int not null references tenants,
  name text not null,
  display_name text not null,
  type smallint not null,             -- RoleType: Mixed, Tenant, Folder
  is_static boolean not null default false,
  is_editable boolean not null default true,
  groups text,
  created_at timestamptz not null default now()
);
create unique index roles_name on roles (tenant_id, lower(name));

create table role_permissions (
  role_id int not null references roles on delete cascade,
  permission text not null,           -- "Queues.View"
  primary key (role_id, permission)
);

-- Roles in the tenant.
create table user_roles (
  user_id bigint not null references users on delete cascade,
  role_id int not null references roles,
  primary key (user_id, role_id)
);
create index user_roles_by_role on user_roles (role_id);

-- Roles in a folder and all below it.
create table folder_users (
  folder_id bigint not null references folders on delete cascade,
  user_id bigint not null references users on delete cascade,
  role_id int not null references roles,
  primary key (folder_id, user_id, role_id)
);
create index folder_users_by_user on folder_users (user_id);
create index folder_users_by_role on folder_users (role_id);
