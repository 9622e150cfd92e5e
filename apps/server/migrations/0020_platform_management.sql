-- Identity's side of the API guide: people, groups, robot accounts, settings, templates, certificates, tokens, and the audit of them.

alter table identity_users
  add column legacy_id bigint generated always as identity unique,
  add column type smallint not null default 0,     -- as the API numbers them: 0 a local user, 2 one of an outside directory
  add column is_email_confirmed boolean not null default false,
  add column bypasses_basic_auth_restriction boolean not null default false,
  add column has_accepted_invitation boolean not null default true,
  add column attributes jsonb not null default '{}';  -- extensionUserAttributes

create table robot_accounts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  display_name text not null default '',
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);
create unique index robot_accounts_name on robot_accounts (organization_id, lower(name));

create table identity_groups (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  built_in text check (built_in in ('Administrators', 'Automation Users', 'Automation Developers', 'Everyone')),
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);
create unique index identity_groups_name on identity_groups (organization_id, lower(name));
create unique index identity_groups_built_in on identity_groups (organization_id, built_in) where built_in is not null;

-- A column for each kind of member, so that who is deleted leaves no membership behind for the next bearer of the id.
create table identity_group_members (
  group_id uuid not null references identity_groups on delete cascade,
  user_id uuid references identity_users on delete cascade,
  robot_account_id uuid references robot_accounts on delete cascade,
  client_id uuid references external_apps on delete cascade,
  member_id uuid not null generated always as (coalesce(user_id, robot_account_id, client_id)) stored,
  primary key (group_id, member_id),
  check (num_nonnulls(user_id, robot_account_id, client_id) = 1)
);
create index identity_group_members_by_member on identity_group_members (member_id);
create index identity_group_members_by_user on identity_group_members (user_id) where user_id is not null;
create index identity_group_members_by_robot on identity_group_members (robot_account_id) where robot_account_id is not null;
create index identity_group_members_by_client on identity_group_members (client_id) where client_id is not null;

-- In the database and not in the code that makes them: people come by the API, by sign-in, by SCIM and by the first start.
create function make_built_in_groups() returns trigger language plpgsql as $$
begin
  insert into identity_groups (organization_id, name, built_in)
  select new.id, built_in, built_in
    from unnest(array['Administrators', 'Automation Users', 'Automation Developers', 'Everyone']) as built_in
  on conflict do nothing;
  return null;
end $$;
create trigger make_built_in_groups after insert on organizations
  for each row execute function make_built_in_groups();

create function join_built_in_groups() returns trigger language plpgsql as $$
begin
  insert into identity_group_members (group_id, user_id)
  select id, new.id from identity_groups
   where organization_id = new.organization_id
     and (built_in = 'Everyone' or (built_in = 'Administrators' and new.is_organization_admin))
  on conflict do nothing;
  return null;
end $$;
create trigger join_built_in_groups after insert on identity_users
  for each row execute function join_built_in_groups();

-- Being in Administrators is what makes an administrator; the column says it where only the person is looked at.
create function follow_administrators() returns trigger language plpgsql as $$
declare
  member uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
  update identity_users u set is_organization_admin = x.is_admin
    from (select exists (select from identity_group_members m join identity_groups g on g.id = m.group_id
                          where m.user_id = member and g.built_in = 'Administrators') as is_admin) x
   where u.id = member and u.is_organization_admin <> x.is_admin;
  return null;
end $$;
create trigger follow_administrators after insert or delete on identity_group_members
  for each row execute function follow_administrators();

insert into identity_groups (organization_id, name, built_in)
select o.id, built_in, built_in from organizations o,
       unnest(array['Administrators', 'Automation Users', 'Automation Developers', 'Everyone']) as built_in;
insert into identity_group_members (group_id, user_id)
select g.id, u.id from identity_users u join identity_groups g on g.organization_id = u.organization_id
 where g.built_in = 'Everyone' or (g.built_in = 'Administrators' and u.is_organization_admin);

create table identity_settings (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  user_id uuid references identity_users on delete cascade,  -- null: of the organization
  key text not null,
  value text
);
create unique index identity_settings_key on identity_settings (organization_id, user_id, lower(key)) nulls not distinct;

-- What the product ships; an organization's own wording stands beside it.
create table message_templates (
  id bigint generated always as identity primary key,
  name text not null unique,
  value text not null
);
create table organization_message_templates (
  organization_id uuid not null references organizations,
  template_id bigint not null references message_templates,
  value text not null,
  primary key (organization_id, template_id)
);
insert into message_templates (name, value) values
  ('UserInvitation', 'Hello {{name}},' || chr(10) || chr(10) || 'you have been invited to {{organization}}. Follow {{link}} to join.'),
  ('EmailConfirmation', 'Hello {{name}},' || chr(10) || chr(10) || 'follow {{link}} to confirm this address.'),
  ('ResetPassword', 'Hello {{name}},' || chr(10) || chr(10) || 'somebody asked for a new password of your account. Follow {{link}} to choose one, or ignore this message.'),
  ('PasswordChanged', 'Hello {{name}},' || chr(10) || chr(10) || 'the password of your account was changed.');

create table saml_certificates (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  is_primary boolean not null,
  certificate text not null,      -- base64 of the DER form
  thumbprint text not null,       -- SHA-1, as certificates are named by; it protects nothing
  created_at timestamptz not null default now(),
  unique (organization_id, is_primary) deferrable initially deferred
);

create table personal_access_tokens (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  user_id uuid not null references identity_users on delete cascade,
  description text not null,
  scopes text[] not null,
  hash bytea not null unique,     -- SHA-256: the tokens are 256 random bits of ours
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz
);
create index personal_access_tokens_by_user on personal_access_tokens (user_id);

-- Each attempt to sign in, for people to look at; what throttles is elsewhere.
create table login_attempts (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  user_id uuid,                   -- no reference: what happened outlives who did it
  login text not null,
  result smallint not null,       -- LoginAttemptResult
  client_ip text,
  client_name text,
  browser text,
  created_at timestamptz not null default now()
);
create index login_attempts_by_user on login_attempts (user_id, id);
create index login_attempts_by_age on login_attempts (created_at);

create table identity_audit (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  category text not null,         -- "User"
  action text not null,           -- "Update"
  target text,                    -- id of what was changed
  target_name text,
  actor text,                     -- as in events.actor; null: the server itself
  actor_name text,
  actor_email text,
  client_ip text,
  details jsonb not null default '{}',  -- before and after of the members that changed; never a secret
  created_at timestamptz not null default now()
);
create index identity_audit_by_organization on identity_audit (organization_id, id);

create table authentication_settings (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  type text not null,             -- "aad", "saml2", "basic"
  settings jsonb not null default '{}',
  client_secret bytea,            -- sealed for the purpose `authentication setting <id>`
  modified_at timestamptz not null default now()
);
create unique index authentication_settings_type on authentication_settings (organization_id, lower(type));

create table organization_access_policies (
  organization_id uuid primary key references organizations,
  policy jsonb not null
);

-- Whether a tenant itself has switched a user off. `is_active` says what counts: on here, and on in Identity.
alter table users add column is_switched_off boolean not null default false;
update users set is_switched_off = true where not is_active;
create index users_by_directory on users (directory_identifier) where directory_identifier is not null;
