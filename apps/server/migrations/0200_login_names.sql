-- What somebody is called and found by, at sign-in and wherever rights are given: user name or address. One of
-- them that is the other of somebody else would be taken for that person. Who was so before keeps the name.
create table identity_login_names (
  organization_id uuid not null,
  login text not null,            -- folded
  user_id uuid not null references identity_users on delete cascade,
  primary key (organization_id, login)
);
create index identity_login_names_of_user on identity_login_names (user_id);

insert into identity_login_names (organization_id, login, user_id)
select organization_id, folded(user_name), id from identity_users
on conflict do nothing;
insert into identity_login_names (organization_id, login, user_id)
select organization_id, folded(email), id from identity_users where email <> ''
on conflict do nothing;

-- It is refused as what it is, a name or an address that is taken.
create function keep_login_names() returns trigger language plpgsql as $$
begin
  delete from identity_login_names where user_id = new.id;
  insert into identity_login_names (organization_id, login, user_id)
  values (new.organization_id, folded(new.user_name), new.id) on conflict do nothing;
  if not found then
    raise unique_violation using message = 'the user name is an address of somebody else',
      table = 'identity_users', constraint = 'identity_users_name';
  end if;
  if new.email <> '' and folded(new.email) <> folded(new.user_name) then
    insert into identity_login_names (organization_id, login, user_id)
    values (new.organization_id, folded(new.email), new.id) on conflict do nothing;
    if not found then
      raise unique_violation using message = 'the address is a user name of somebody else',
        table = 'identity_users', constraint = 'identity_users_email';
    end if;
  end if;
  return null;
end $$;
create trigger keep_login_names_of_new after insert on identity_users for each row execute function keep_login_names();
create trigger keep_login_names after update of user_name, email on identity_users for each row
  when (old.user_name is distinct from new.user_name or old.email is distinct from new.email)
  execute function keep_login_names();
