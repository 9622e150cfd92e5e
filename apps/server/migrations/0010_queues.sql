-- Queues and their items. An item is New until a robot starts it; what is final is never changed again, but for its review.
create table queue_definitions (
  id bigint generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  tenant_id int not null references tenants,
  folder_id bigint not null references folders,     -- owner
  name text not null,
  description text,
  max_number_of_retries int not null default 0,
  accept_automatically_retry boolean not null default false,
  retry_abandoned_items boolean not null default false,
  enforce_unique_reference boolean not null default false,
  encrypted boolean not null default false,
  specific_data_json_schema text,
  output_data_json_schema text,
  analytics_data_json_schema text,
  sla_in_minutes int not null default 0,
  risk_sla_in_minutes int not null default 0,
  release_id bigint,
  tags jsonb not null default '[]',
  created_at timestamptz not null default now(),
  creator_user_id bigint,
  modified_at timestamptz
);
create unique index queue_definitions_name on queue_definitions (folder_id, lower(name));

create table queue_items (
  id bigint generated always as identity primary key,
  key uuid not null default gen_random_uuid(),         -- shared by the automatic retries of one original
  unique_key uuid not null default gen_random_uuid(),  -- of this attempt
  tenant_id int not null,
  folder_id bigint not null,
  queue_id bigint not null references queue_definitions on delete cascade,
  status smallint not null default 0,
  review_status smallint not null default 0,
  reviewer_user_id bigint,
  reference text,
  unique_reference text,                               -- the reference, where the queue wants it unique and this item holds it
  priority smallint not null default 1,
  due_at timestamptz,
  defer_at timestamptz,
  risk_sla_at timestamptz,
  specific_content json,                               -- json, not jsonb: keys keep their order and numbers their digits
  output json,
  analytics json,
  progress text,
  processing_exception jsonb,
  processing_exception_type smallint,
  start_processing timestamptz,
  end_processing timestamptz,
  seconds_in_previous_attempts int not null default 0,
  ancestor_id bigint,
  ancestor_unique_key uuid,
  retry_number int not null default 0,
  robot_id bigint,
  creator_job_key uuid,
  executor_job_key uuid,
  source text,
  parent_operation_id text,
  operation_id text,
  row_version bigint not null default 1,
  created_at timestamptz not null default now(),
  creator_user_id bigint
);
-- Order of start: items with a deadline first, by priority then deadline; then the others, by priority then age. The claim reads only
-- this index, in its order (start-transaction.ts).
create index queue_items_to_start on queue_items (queue_id, (due_at is null), priority, due_at, id) where status = 0;
create unique index queue_items_unique_reference on queue_items (queue_id, unique_reference) where unique_reference is not null;
create index queue_items_by_queue on queue_items (queue_id, id);
create index queue_items_by_reference on queue_items (queue_id, reference) where reference is not null;
create index queue_items_by_key on queue_items (key);
create index queue_items_in_progress on queue_items (start_processing) where status = 1;
create index queue_items_of_executor on queue_items (executor_job_key) where status = 1;
