-- 0102 gives another name to what is called like something else but for letter case, blanks or composed
-- accents. Whoever looks after the installation must know it: as notices they come into the log of the start
-- (kernel/db/database.ts). 0103 ends it.
create function say_new_name() returns trigger language plpgsql as $$
begin
  raise notice '% %: "%" is called "%" from now on',
    tg_table_name, to_jsonb(new) ->> tg_argv[0], to_jsonb(old) ->> tg_argv[1], to_jsonb(new) ->> tg_argv[1];
  return null;
end $$;
do $$
declare
  named text[];
begin
  foreach named slice 1 in array array[
    ['external_apps', 'client_id', 'name'], ['robot_accounts', 'id', 'name'], ['identity_groups', 'id', 'name'],
    ['identity_users', 'id', 'user_name'], ['identity_users', 'id', 'email'], ['sign_in_providers', 'id', 'name'],
    ['users', 'id', 'user_name'], ['roles', 'id', 'name'], ['machines', 'id', 'name'], ['releases', 'id', 'name'],
    ['assets', 'id', 'name'], ['queue_definitions', 'id', 'name'], ['buckets', 'id', 'name'], ['folders', 'id', 'path'],
    ['bucket_files', 'id', 'path']]
  loop
    execute format('create trigger %I after update of %3$I on %2$I for each row when (old.%3$I is distinct from new.%3$I)
                    execute function say_new_name(%4$L, %3$L)', 'say_new_' || named[3], named[1], named[3], named[2]);
  end loop;
end $$;
