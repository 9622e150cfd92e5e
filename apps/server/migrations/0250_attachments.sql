-- Files of jobs. A row without content is only a place for an upload: nobody sees it, and it goes after a day.
create table attachments (
  id uuid primary key default gen_random_uuid(),
  tenant_id int not null references tenants,
  folder_id bigint not null references folders on delete cascade,
  name text not null,
  content_type text,
  size bigint,                                 -- in bytes; null as long as there is no content
  file_key text unique,                        -- in the file store
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint,
  constraint attachments_whole check ((file_key is null) = (size is null))
);
create index attachments_in_folder on attachments (folder_id, id);
create index attachments_by_time on attachments (created_at);

create trigger content_leaves_with_row after delete on attachments for each row
  when (old.file_key is not null) execute function bucket_files_leave();
create trigger content_is_replaced after update of file_key on attachments for each row
  when (old.file_key <> new.file_key) execute function bucket_files_leave();

-- Which jobs an attachment is of, and what it is to them: Input, Output, Artifact, Evidence, Screenshot, or any word.
create table job_attachments (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity unique,  -- execution media are named by numbers
  job_id bigint not null references jobs on delete cascade,
  attachment_id uuid not null references attachments on delete cascade,
  category text,
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz,
  modifier_user_id bigint,
  constraint job_attachments_once unique (job_id, attachment_id)
);
create index job_attachments_by_attachment on job_attachments (attachment_id);

-- An attachment goes with the last job that it is of.
create function attachment_leaves_with_jobs() returns trigger language plpgsql as $$
begin
  delete from attachments a
   where a.id = old.attachment_id and not exists (select from job_attachments l where l.attachment_id = a.id);
  return null;
end $$;
create trigger attachment_leaves_with_jobs after delete on job_attachments for each row
  execute function attachment_leaves_with_jobs();

-- Arguments that are too long for the row. The attachment may have been deleted since.
alter table jobs add column input_file uuid, add column output_file uuid;
