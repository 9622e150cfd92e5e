-- Somebody else has chosen the password, and knows it: an administrator, or the first start. At the next sign-in
-- on a page another one is asked for. must_change_password asks for one whoever chose it, and lets nobody in
-- without a page.
alter table identity_users add column has_given_password boolean not null default false;

-- Links that were mailed to an address open nothing when the person has another one.
create function forget_links_of_former_address() returns trigger language plpgsql as $$
begin
  delete from password_resets where user_id = new.id;
  return null;
end $$;
create trigger forget_links after update of email on identity_users
  for each row when (new.email is distinct from old.email) execute function forget_links_of_former_address();
