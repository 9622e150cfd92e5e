-- Which folder of files belongs to this database (kernel/files/mark.ts). One row; the first start that finds it
-- unmarked marks the folder that it has.
create table files_folder (
  id uuid primary key default gen_random_uuid(),
  is_marked boolean not null default false
);
insert into files_folder default values;
