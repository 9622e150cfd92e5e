-- People, applications and the keys that sign their tokens. Secrets are stored as hashes only; private keys are sealed.
create table identity_users (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  user_name text not null,
  email text,
  name text not null default '',
  surname text not null default '',
  display_name text not null default '',
  password_hash text,             -- Argon2id, PHC string
  must_change_password boolean not null default false,
  is_active boolean not null default true,
  is_organization_admin boolean not null default false,
  failed_logins int not null default 0,
  locked_until timestamptz,
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);
create unique index identity_users_name on identity_users (organization_id, lower(user_name));
create unique index identity_users_email on identity_users (organization_id, lower(email)) where email is not null;

create table external_apps (
  client_id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  is_confidential boolean not null default true,
  app_scopes text[] not null default '{}',
  user_scopes text[] not null default '{}',
  redirect_uris text[] not null default '{}',
  created_at timestamptz not null default now()
);
create unique index external_apps_name on external_apps (organization_id, lower(name));

create table external_app_secrets (
  id bigint generated always as identity primary key,
  client_id uuid not null references external_apps on delete cascade,
  hash bytea not null,            -- SHA-256: the secrets are 256 random bits of ours, so a slow hash would add nothing
  description text,
  expires_at timestamptz,
  created_at timestamptz not null default now()
);
create index external_app_secrets_by_client on external_app_secrets (client_id);

create table signing_keys (
  kid text primary key,
  private_key bytea not null,     -- JWK, sealed (kernel/secrets) for the purpose `signing key <kid>`
  public_key jsonb not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz          -- still verifies, signs no more
);

-- What oidc-provider stores: grants, sessions, codes, tokens.
create table oidc_records (
  kind text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  user_code text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (kind, id)
);
create index oidc_records_by_grant on oidc_records (grant_id) where grant_id is not null;
create index oidc_records_by_uid on oidc_records (kind, uid) where uid is not null;
create index oidc_records_by_user_code on oidc_records (kind, user_code) where user_code is not null;
create index oidc_records_by_age on oidc_records (expires_at) where expires_at is not null;

-- Access tokens taken back before they expire (logout, deleted application, changed password).
create table revoked_tokens (
  jti text primary key,
  expires_at timestamptz not null
);
create index revoked_tokens_by_age on revoked_tokens (expires_at);
