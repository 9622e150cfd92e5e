-- Codes with which hosts join a machine, and what each host signs in with from then on.
create table machine_join_codes (
  id bigint generated always as identity primary key,
  machine_id bigint not null references machines on delete cascade,
  hash bytea not null,                         -- SHA-256 of 256 random bits
  hosts int not null check (hosts > 0),        -- how many hosts may join with it
  used int not null default 0,                 -- how many did; a secret that is deleted since counts on
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  expires_at timestamptz not null
);
create index machine_join_codes_by_machine on machine_join_codes (machine_id);

-- The host that has the secret alone, and the code that it joined with. Null: a secret to be copied by people.
alter table machine_secrets add host_machine_name text, add join_code_id bigint;
