-- What a job was given at its start goes on to its further attempts; what it made does not.
alter table job_attachments add column is_given boolean not null default false;
update job_attachments l set is_given = true
  from jobs j where j.id = l.job_id and j.input_file = l.attachment_id;
