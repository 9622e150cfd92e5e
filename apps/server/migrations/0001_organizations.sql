-- Who owns what: an organization has tenants; everything else hangs below a tenant or an organization.
create table organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  display_name text not null,
  created_at timestamptz not null default now()
);
create unique index organizations_name on organizations (lower(name));

create table tenants (
  id int generated always as identity primary key,
  key uuid not null unique default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  display_name text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
create unique index tenants_name on tenants (organization_id, lower(name));

-- Every change that a user can see, written in the transaction that made it. Streams, webhooks, audit and alerts read from here.
create table events (
  id bigint generated always as identity primary key,
  tenant_id int references tenants,
  folder_id bigint,
  type text not null,             -- "job.created", the webhook's event name where there is one
  entity text not null,           -- "Job"
  entity_key text not null,       -- what names the row for people and APIs: its key or id
  actor text,                     -- who, as `user:42`, `app:<client id>`, `robot:<id>`, `machine:<id>`, or null for the server itself
  payload jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index events_by_tenant on events (tenant_id, id);

-- The first answer to a POST that carried Idempotency-Key, kept for a day and given again (kernel/http/idempotency.ts).
create table idempotent_answers (
  principal text not null,
  key text not null,
  operation text not null,
  request_hash bytea not null,
  status int,
  body text,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotent_answers_by_age on idempotent_answers (created_at);
