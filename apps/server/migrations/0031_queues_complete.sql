-- What makes queues complete: folders that share one, manual retries, comments, history, retention, statistics.

-- Where a queue is: the folder it was made in and those it is shared with, all alike. The name is repeated so that an index can keep it
-- unique in a folder; the foreign key keeps the copy true. Items belong to the queue, so they are seen wherever it is:
-- `exists (select from queue_folders …)` is a semijoin that the planner turns into one look at this primary key where a queue is named.
alter table queue_definitions add constraint queue_definitions_id_name unique (id, name);
create table queue_folders (
  queue_id bigint not null,
  folder_id bigint not null references folders,     -- no cascade: a folder with queues is not empty
  name text not null,
  primary key (queue_id, folder_id),
  foreign key (queue_id, name) references queue_definitions (id, name) on update cascade on delete cascade
);
create unique index queue_folders_name on queue_folders (folder_id, lower(name));
insert into queue_folders (queue_id, folder_id, name) select id, folder_id, name from queue_definitions;
drop index queue_definitions_name;
create index queue_definitions_by_folder on queue_definitions (folder_id);
create index queue_definitions_by_name on queue_definitions (name);

-- The process that works on a queue may go; the queue stays.
update queue_definitions d set release_id = null
 where release_id is not null and not exists (select from releases r where r.id = d.release_id);
alter table queue_definitions add foreign key (release_id) references releases on delete set null;
create index queue_definitions_by_release on queue_definitions (release_id) where release_id is not null;

-- A retry that a person asked for: the key stays that of the first attempt, the automatic retries count from 0 again.
-- In encrypted queues specific_content, output and analytics hold a JSON string, base64 of what is sealed, instead of an object, and
-- processing_exception holds its words under `sealed`: no column of their own, so that retries copy them unread.
alter table queue_items
  add column manual_ancestor_id bigint,
  add column manual_ancestor_unique_key uuid,
  add column manual_retry_number int not null default 0;

-- One entry when an item ends, for three readers: what ended lately (statistics), what is old enough to go (retention), and lists by
-- EndProcessing, for which nulls stand where OData has them.
create index queue_items_by_end on queue_items (queue_id, end_processing desc nulls last) where end_processing is not null;
-- Items deleted before anybody started them, for retention: few.
create index queue_items_deleted_unprocessed on queue_items (queue_id, id) where status = 6 and end_processing is null;

-- The history of an item is what the outbox already says of it: rows of `events` with entity 'QueueItem'. One write for each change,
-- the one that webhooks and streams need anyway. A table of its own would be a second insert on the hottest paths, or a second
-- source that every reader of the outbox has to merge. What history shows beside the columns of `events` follows from the type
-- (queueItem.transactionStarted: InProgress) or stands in the payload where it does not (status, reviewStatus, reviewerUserId).
-- Whoever prunes the outbox leaves these rows alone: they go with their item, by retention.
create index events_of_queue_items on events ((entity_key::bigint), id) where entity = 'QueueItem';

create table queue_item_comments (
  id bigint generated always as identity primary key,
  tenant_id int not null,
  queue_id bigint not null references queue_definitions on delete cascade,
  item_id bigint not null,                          -- no foreign key: items leave in large batches, and their comments with them
  text text not null,
  user_id bigint,                                   -- null for an application without a user in the tenant
  author text not null,                             -- as events.actor
  created_at timestamptz not null default now(),
  modified_at timestamptz
);
create index queue_item_comments_by_item on queue_item_comments (item_id, id);
create index queue_item_comments_by_queue on queue_item_comments (queue_id);

-- How long items are kept; without a row: for ever.
create table queue_retention (
  queue_id bigint not null references queue_definitions on delete cascade,
  type smallint not null,                           -- RetentionType: Final, Stale
  action smallint not null,                         -- RetentionAction: Delete, Archive, None
  period int not null check (period between 1 and 180),  -- days
  bucket_id bigint,
  primary key (queue_id, type)
);

-- What ended in an hour of a queue, counted once the hour is over (fold-statistics.ts), so that statistics outlive the items and cost
-- the same whatever their number. Nobody counts while an item ends: a counter is a row that every robot would wait for.
create table queue_hours (
  queue_id bigint not null references queue_definitions on delete cascade,
  hour timestamptz not null,
  successful int not null,
  application_exceptions int not null,
  business_exceptions int not null,
  retried int not null,
  successful_seconds double precision not null,
  application_seconds double precision not null,
  business_seconds double precision not null,
  remaining int,                                    -- New at the end of the hour, where that was counted in time
  in_progress int,
  primary key (queue_id, hour)
);

-- The sum of a queue's hours, and until when they are counted.
create table queue_totals (
  queue_id bigint primary key references queue_definitions on delete cascade,
  counted_until timestamptz not null,
  successful bigint not null,
  application_exceptions bigint not null,
  business_exceptions bigint not null,
  retried bigint not null,
  successful_seconds double precision not null,
  application_seconds double precision not null,
  business_seconds double precision not null,
  last_processed timestamptz
);
