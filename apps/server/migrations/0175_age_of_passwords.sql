-- What an organization may ask besides: that passwords are changed after so many days (0: never), and that
-- administrators have a second factor.
alter table sign_in_policies
  add column password_expiration_days int not null default 0 check (password_expiration_days between 0 and 3650),
  add column requires_second_factor_of_administrators boolean not null default false;

-- What was there is as old as the last one that it replaced says.
alter table identity_users add column password_set_at timestamptz;
update identity_users u
   set password_set_at = coalesce((select max(created_at) from password_history where user_id = u.id), created_at);
alter table identity_users
  alter column password_set_at set not null,
  alter column password_set_at set default now();

create or replace function end_sessions_of_changed_user() returns trigger language plpgsql as $$
begin
  if new.password_hash is distinct from old.password_hash then
    new.password_set_at := now();
  end if;
  if new.password_hash is distinct from old.password_hash or (old.is_active and not new.is_active) then
    new.session_stamp := old.session_stamp + 1;
  end if;
  return new;
end $$;

create function has_expired_password(person identity_users) returns boolean language sql stable as $$
  select person.password_hash is not null
     and exists (select from sign_in_policies p
                  where p.organization_id = person.organization_id and p.password_expiration_days > 0
                    and person.password_set_at < now() - make_interval(days => p.password_expiration_days))
$$;

create function must_have_second_factor(person identity_users) returns boolean language sql stable as $$
  select exists (select from sign_in_policies p
                  where p.organization_id = person.organization_id
                    and (p.requires_second_factor
                         or p.requires_second_factor_of_administrators and person.is_organization_admin))
$$;
