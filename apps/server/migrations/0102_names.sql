-- Names are one if they differ in letter case, in blanks at their ends or in how an accent is composed: what
-- is made and what is looked for goes through one rule (kernel/contract/name.ts), and these indexes keep it.
drop index external_apps_name, robot_accounts_name, identity_groups_name, identity_users_name, identity_users_email, users_name,
  roles_name, machines_name, releases_name, releases_to_update, asset_folders_name, queue_folders_name, bucket_folders_name,
  folders_path, organizations_name, tenants_name, packages_version, sign_in_providers_name, identity_user_logins_key;

-- What stands here already is made plain. Where that makes two names one, one of them gets its id behind
-- its name.
create function plain_name(name text) returns text language sql immutable
  return normalize(regexp_replace(name, '^[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+'
    || '|[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+$', '', 'g'), NFC);

-- `named`: the rows as id, name and what the name is unique in; several rows of one id where it has
-- a name in several places.
create procedure make_plain(of_table text, of_key text, of_column text, named text) language plpgsql as $$
begin
  execute format($sql$
    with placed as (
      select id, plain_name(name) as name, row_number() over (partition by place, folded(plain_name(name)) order by id) as n
        from (%4$s) x (id, name, place)),
    plain as (select id, name, max(n) as n from placed group by id, name)
    update %1$I t
       set %3$I = case when p.n = 1 and p.name <> '' then p.name else ltrim(p.name || ' (' || p.id || ')') end
      from plain p where p.id = t.%2$I and (t.%3$I <> p.name or p.n > 1 or p.name = '')
  $sql$, of_table, of_key, of_column, named);
end $$;

call make_plain('external_apps', 'client_id', 'name', 'select client_id, name, organization_id from external_apps');
call make_plain('robot_accounts', 'id', 'name', 'select id, name, organization_id from robot_accounts');
call make_plain('identity_groups', 'id', 'name', 'select id, name, organization_id from identity_groups');
call make_plain('identity_users', 'id', 'user_name', 'select id, user_name, organization_id from identity_users');
call make_plain('sign_in_providers', 'id', 'name', 'select id, name, organization_id from sign_in_providers');
call make_plain('users', 'id', 'user_name', 'select id, user_name, tenant_id from users');
call make_plain('roles', 'id', 'name', 'select id, name, tenant_id from roles');
call make_plain('machines', 'id', 'name', 'select id, name, tenant_id from machines');
call make_plain('releases', 'id', 'name', 'select id, name, folder_id from releases');
-- In the folders that share them the names follow by their foreign key.
call make_plain('assets', 'id', 'name', 'select asset_id, name, folder_id from asset_folders');
call make_plain('queue_definitions', 'id', 'name', 'select queue_id, name, folder_id from queue_folders');
call make_plain('buckets', 'id', 'name', 'select bucket_id, name, folder_id from bucket_folders');

-- Two people with one address: the younger is found by the name alone.
update identity_users t set email = case when p.n = 1 then p.email end
  from (select id, plain_name(email) as email,
               row_number() over (partition by organization_id, folded(plain_name(email)) order by id) as n
          from identity_users where email is not null) p
 where p.id = t.id and (t.email <> p.email or p.n > 1);

-- A folder's path holds the names of those above: the highest first, each with all that is below.
do $$
declare
  one record;
  plain text;
begin
  for one in select id, cardinality(ancestors) as depth from folders
              where display_name <> plain_name(display_name)
                 or exists (select from folders o where o.tenant_id = folders.tenant_id and o.id < folders.id
                              and folded(plain_name(o.path)) = folded(plain_name(folders.path)))
              order by cardinality(ancestors), id
  loop
    select plain_name(display_name) into plain from folders where id = one.id;
    if exists (select from folders f join folders o on o.tenant_id = f.tenant_id and o.parent_id is not distinct from f.parent_id
                where f.id = one.id and o.id <> f.id and folded(o.display_name) = folded(plain)) then
      plain := plain || ' (' || one.id || ')';
    end if;
    update folders f
       set path = regexp_replace(old.path, '[^/]*$', '') || plain || substr(f.path, char_length(old.path) + 1),
           display_name = case when f.id = old.id then plain else f.display_name end
      from folders old where old.id = one.id and (f.id = old.id or old.id = any(f.ancestors));
  end loop;
end $$;

-- A file whose path is taken in the other form stays as it is: it is listed, and found by its old links.
update bucket_files f set path = normalize(path, NFC)
 where path is not nfc normalized
   and not exists (select from bucket_files o where o.bucket_id = f.bucket_id and o.id <> f.id
                     and normalize(o.path, NFC) = normalize(f.path, NFC));

drop procedure make_plain;
drop function plain_name;

create unique index external_apps_name on external_apps (organization_id, folded(name));
create unique index robot_accounts_name on robot_accounts (organization_id, folded(name));
create unique index identity_groups_name on identity_groups (organization_id, folded(name));
create unique index identity_users_name on identity_users (organization_id, folded(user_name));
create unique index identity_users_email on identity_users (organization_id, folded(email)) where email is not null;
create unique index identity_user_logins_key on identity_user_logins (organization_id, folded(provider), subject);
create unique index sign_in_providers_name on sign_in_providers (organization_id, folded(name));
create unique index organizations_name on organizations (folded(name));
create unique index tenants_name on tenants (organization_id, folded(name));
create unique index users_name on users (tenant_id, folded(user_name));
create unique index roles_name on roles (tenant_id, folded(name));
create unique index machines_name on machines (tenant_id, folded(name));
create unique index folders_path on folders (tenant_id, folded(path));
create unique index packages_version on packages (feed_id, folded(package_id), version_order);
create unique index releases_name on releases (folder_id, folded(name));
create index releases_to_update on releases (feed_id, folded(process_key)) where auto_update;
create unique index asset_folders_name on asset_folders (folder_id, folded(name));
create unique index queue_folders_name on queue_folders (folder_id, folded(name));
create unique index bucket_folders_name on bucket_folders (folder_id, folded(name));
