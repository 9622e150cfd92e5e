-- What a host used, a row a minute (orchestrator/sessions/host-use.ts); old rows are deleted.
create table host_use (
  session_id bigint not null references sessions on delete cascade,
  minute timestamptz not null,
  load double precision,
  processors int,
  memory_bytes bigint,
  free_memory_bytes bigint,
  disk_bytes bigint,
  free_disk_bytes bigint,
  primary key (session_id, minute)
);
create index host_use_by_minute on host_use (minute);
