-- What somebody has done to all rows that a filter finds (orchestrator/bulk-actions), and what became of each row.
create table bulk_actions (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  requested_by text not null,          -- as events.actor
  principal jsonb not null,            -- the caller, whose rights are looked up again for each batch
  kind smallint not null,              -- bulk-actions/contract.ts
  state smallint not null default 0,
  name text,
  filter text,
  folder_id bigint,                    -- of the call; null: all that the caller may see
  priority smallint,                   -- what items get
  total int not null default 0,
  done int not null default 0,
  refused int not null default 0,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index bulk_actions_to_do on bulk_actions (id) where state = 0;
create index bulk_actions_of_caller on bulk_actions (tenant_id, requested_by, id);

create table bulk_action_rows (
  action_id bigint not null references bulk_actions on delete cascade,
  row_id bigint not null,              -- of a job or an item, which may be gone
  folder_id bigint not null,
  outcome smallint not null default 0, -- bulk-actions/contract.ts
  reason text,
  primary key (action_id, row_id)
);
create index bulk_action_rows_to_do on bulk_action_rows (action_id, row_id) where outcome = 0;
