-- Signing in: sessions that end at once, second factors, throttling, outside providers, SCIM.

-- Every token and session of a person carries the stamp it was made under; a new stamp ends them all.
alter table identity_users add column session_stamp int not null default 1;

-- The organization's rules; those of an organization without a row are the defaults.
create table sign_in_policies (
  organization_id uuid primary key references organizations on delete cascade,
  min_password_length smallint not null default 8 check (min_password_length between 8 and 128),
  remembered_passwords smallint not null default 5 check (remembered_passwords between 0 and 24),
  requires_second_factor boolean not null default false
);

-- Passwords a person had before, newest last; at most 24 are kept.
create table password_history (
  id bigint generated always as identity primary key,
  user_id uuid not null references identity_users on delete cascade,
  password_hash text not null,
  created_at timestamptz not null default now()
);
create index password_history_by_user on password_history (user_id, id);

-- In the database and not in the code that changes users: there are many places that do, and none may forget it.
create function end_sessions_of_changed_user() returns trigger language plpgsql as $$
begin
  if new.password_hash is distinct from old.password_hash or (old.is_active and not new.is_active) then
    new.session_stamp := old.session_stamp + 1;
  end if;
  return new;
end $$;
create trigger end_sessions before update on identity_users
  for each row execute function end_sessions_of_changed_user();

create function remember_password() returns trigger language plpgsql as $$
begin
  insert into password_history (user_id, password_hash) values (old.id, old.password_hash);
  delete from password_history
   where user_id = old.id
     and id not in (select id from password_history where user_id = old.id order by id desc limit 24);
  return null;
end $$;
create trigger remember_password after update of password_hash on identity_users
  for each row when (old.password_hash is not null and new.password_hash is distinct from old.password_hash)
  execute function remember_password();

-- Failures by what they are counted for (sign-in/throttle.ts): hashes, since a name typed wrong may be a password.
create table sign_in_attempts (
  key bytea primary key,
  failures int not null,
  since timestamptz not null,
  blocked_until timestamptz,
  is_refused boolean not null default false
);
create index sign_in_attempts_by_age on sign_in_attempts (since);

-- Browsers in which somebody has signed in before, by the hash of what their cookie says.
create table known_devices (
  hash bytea not null,
  user_id uuid not null references identity_users on delete cascade,
  used_at timestamptz not null default now(),
  primary key (hash, user_id)
);
create index known_devices_by_user on known_devices (user_id);

create table second_factors (
  user_id uuid primary key references identity_users on delete cascade,
  secret bytea not null,          -- sealed for the purpose `second factor <user id>`
  is_confirmed boolean not null default false,
  last_step bigint not null default 0,  -- a code is good once
  created_at timestamptz not null default now()
);

create table recovery_codes (
  hash bytea not null,
  user_id uuid not null references identity_users on delete cascade,
  primary key (user_id, hash)
);

-- How far a sign-in has come, beside oidc-provider's interaction of the same uid.
create table sign_ins (
  uid text primary key,
  user_id uuid references identity_users on delete cascade,
  stamp int,                      -- of the user when the password was checked
  methods text[] not null default '{}',
  failures int not null default 0,
  outside jsonb,                  -- what is needed when the outside provider sends the person back
  outside_state text,
  expires_at timestamptz not null
);
create unique index sign_ins_by_state on sign_ins (outside_state) where outside_state is not null;
create index sign_ins_by_age on sign_ins (expires_at);

create table password_resets (
  hash bytea primary key,
  user_id uuid not null references identity_users on delete cascade,
  expires_at timestamptz not null
);
create index password_resets_by_user on password_resets (user_id);

-- What people have allowed applications of others to do in their name.
create table consents (
  user_id uuid not null references identity_users on delete cascade,
  client_id text not null,
  scopes text[] not null,
  primary key (user_id, client_id)
);

create table sign_in_providers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  name text not null,             -- on the button
  issuer text not null,
  client_id text not null,
  client_secret bytea,            -- sealed for the purpose `sign-in provider <id>`; null: a public client
  scopes text not null default 'openid profile email',
  claims jsonb not null default '{}',   -- our name of a claim -> theirs
  groups jsonb not null default '{}',   -- value of the groups claim -> name of a group here
  provisions boolean not null default true,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
create unique index sign_in_providers_name on sign_in_providers (organization_id, lower(name));

create table sign_in_provider_users (
  provider_id uuid not null references sign_in_providers on delete cascade,
  subject text not null,
  user_id uuid not null references identity_users on delete cascade,
  primary key (provider_id, subject)
);

create table scim_tokens (
  hash bytea primary key,
  id bigint generated always as identity unique,
  organization_id uuid not null references organizations on delete cascade,
  description text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

-- The id that the directory gave to what it made here.
create table scim_resources (
  organization_id uuid not null references organizations on delete cascade,
  kind text not null check (kind in ('User', 'Group')),
  id uuid not null,
  external_id text,
  primary key (kind, id)
);
create index scim_resources_by_external_id on scim_resources (organization_id, kind, external_id);
