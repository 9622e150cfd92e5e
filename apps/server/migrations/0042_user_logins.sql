-- Who somebody is at a provider that is not there yet, as Create User said; becomes a row of sign_in_provider_users when they come.
create table identity_user_logins (
  organization_id uuid not null references organizations on delete cascade,
  provider text not null,         -- its name, its id, or the type of the authentication setting that it will be
  subject text not null,
  user_id uuid not null references identity_users on delete cascade
);
create unique index identity_user_logins_key on identity_user_logins (organization_id, lower(provider), subject);
create index identity_user_logins_by_user on identity_user_logins (user_id);
