-- Storage buckets: files that processes share. What a file is stands here, its content in the file store under a key of the server's.
create table buckets (
  id bigint generated always as identity primary key,
  tenant_id int not null references tenants,
  identifier uuid not null,            -- made by the client, stable
  name text not null,
  description text,
  options smallint not null default 0, -- buckets/bucket-options.ts: 1 ReadOnly, 2 AuditReadAccess, 4 AccessDataThroughOrchestrator
  tags jsonb not null default '[]',
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  unique (id, name),
  constraint buckets_identifier unique (tenant_id, identifier)
);

-- Where a bucket is: the folder it was made in and those it is shared with, all alike. The name is repeated so that an index can keep
-- it unique in a folder; the foreign key keeps the copy true.
create table bucket_folders (
  bucket_id bigint not null,
  folder_id bigint not null references folders,     -- no cascade: a folder with buckets is not empty
  name text not null,
  primary key (bucket_id, folder_id),
  foreign key (bucket_id, name) references buckets (id, name) on update cascade on delete cascade
);
create unique index bucket_folders_name on bucket_folders (folder_id, lower(name));

-- Paths have no slash before them. Compared byte by byte, so that what begins with a prefix stands together in the index.
create table bucket_files (
  id bigint generated always as identity primary key,
  bucket_id bigint not null references buckets on delete cascade,
  path text collate "C" not null,
  directory text collate "C" not null generated always as (coalesce(substring(path from '^.*/'), '')) stored,  -- '' or 'a/b/'
  content_type text not null,
  size bigint not null,
  file_key text not null unique,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  constraint bucket_files_path unique (bucket_id, path)
);
create index bucket_files_by_directory on bucket_files (bucket_id, directory, path);

-- Content in the file store that no row speaks of: being written at the moment, or no longer wanted. Named here before it is written,
-- and again by the trigger when its row goes, whatever made it go; kernel/files/unused-files.ts removes what stays.
create table unused_files (
  key text primary key,
  remove_after timestamptz not null
);
create index unused_files_by_time on unused_files (remove_after);

create function bucket_files_leave() returns trigger language plpgsql as $$
begin
  -- A download that has just looked the row up still finds the content.
  insert into unused_files (key, remove_after) values (old.file_key, now() + interval '10 minutes') on conflict do nothing;
  return null;
end $$;
create trigger content_leaves_with_row after delete on bucket_files for each row execute function bucket_files_leave();
create trigger content_is_replaced after update of file_key on bucket_files for each row
  when (old.file_key <> new.file_key) execute function bucket_files_leave();

-- When a queue's items were last archived: once a day, in files of a day each.
alter table queue_retention add column archived_at timestamptz;
