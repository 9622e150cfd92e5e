-- Packages and exports leave their content to the sweep of unused files as buckets do (0051_buckets.sql): a
-- download that has just looked the row up still finds it.
create function content_leaves_unless_shared() returns trigger language plpgsql as $$
begin
  -- Packages of the same bytes shared one file before they had one each. Of two that go at once the
  -- second sees the first gone.
  perform pg_advisory_xact_lock(hashtextextended(old.file_key, 0));
  if not exists (select from packages where sha256 = old.sha256 and file_key = old.file_key) then
    insert into unused_files (key, remove_after) values (old.file_key, now() + interval '10 minutes') on conflict do nothing;
  end if;
  return null;
end $$;
create trigger content_leaves_with_row after delete on packages for each row execute function content_leaves_unless_shared();
create trigger content_leaves_with_row after delete on exports for each row
  when (old.file_key is not null) execute function bucket_files_leave();
