import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable, Statement } from '../../../kernel/db/sql.ts';
import { itemAdded, transactionStarted } from '../events.ts';
import { QueueItemStatus } from '../items/contract.ts';
import { duplicateReference } from '../items/item-data.ts';
import type { NewItem, Starter } from '../rows.ts';
import type { StoredItem } from './item-row.ts';
import { uuidInOrder } from './uuid.ts';

/** One item to add. With `started` it is a running transaction from the beginning. */
export interface AddInput extends NewItem {
  readonly queueId: number;
  readonly folderId: number;
  readonly creatorJobKey: string | null;
  readonly creatorUserId: number | null;
  readonly actor: string | null;
  readonly started: Starter | undefined;
}

/**
 * The statement did not add the item, because its queue is locked or gone. The caller then waits for
 * the queue alone.
 */
export class NotTaken extends Error {}

interface AddedRow {
  readonly queues: readonly number[] | null;
  readonly id: number | null;
  readonly unique_key: string;
  readonly created_at: string;
  readonly due_at: string | null;
  readonly risk_sla_at: string | null;
  readonly defer_at: string | null;
}

/**
 * Adds items to any queues, in order, with their events. Each item has its own answer. With `mayWait` the
 * statement also waits for locked queues.
 */
export async function addItems(
  db: Queryable,
  inputs: readonly AddInput[],
  mayWait?: 'mayWait',
): Promise<(StoredItem | Error)[]> {
  const keys = inputs.map(() => uuidInOrder());
  const rows = await db.query<AddedRow>({
    ...(mayWait ? ADD_WAITING : ADD)[variantFor(inputs)],
    values: columnsOf(inputs, keys),
  });
  const queues = new Set(rows[0]?.queues);
  const byKey = new Map(rows.map((row) => [row.unique_key, row]));
  return inputs.map((input, i) => {
    const row = byKey.get(keys[i]!);
    return row ? storedItem(input, row) : whyNot(input, queues);
  });
}

interface AddedMany {
  readonly queues: readonly number[] | null;
  /** Null means all of them. */
  readonly keys: readonly string[] | null;
}

/**
 * Like `addItems`, for callers who only need to know what was not added: a thousand rows would be sent
 * back for nothing.
 */
export async function addManyItems(
  db: Queryable,
  inputs: readonly AddInput[],
): Promise<readonly (Error | undefined)[]> {
  const keys = inputs.map(() => uuidInOrder());
  const row = await db.first<AddedMany>({
    ...ADD_MANY[variantFor(inputs)],
    values: [...columnsOf(inputs, keys), inputs.length],
  });
  if (row && row.keys === null) return inputs.map(() => undefined);
  const queues = new Set(row?.queues);
  const added = new Set(row?.keys);
  return inputs.map((input, i) => (added.has(keys[i]!) ? undefined : whyNot(input, queues)));
}

const whyNot = (input: AddInput, queues: ReadonlySet<number>): Error =>
  queues.has(input.queueId) ? duplicateReference() : new NotTaken();

function columnsOf(inputs: readonly AddInput[], keys: readonly string[]): unknown[] {
  const column = (read: (input: AddInput) => string | number | boolean | null): string | null =>
    arrayOf(inputs.map(read));
  const isOneActor = inputs.every(({ actor }) => actor === inputs[0]!.actor);
  return [
    arrayOf([...new Set(inputs.map((input) => input.queueId))]),
    column((input) => input.queueId),
    arrayOf(keys),
    column((input) => input.reference),
    column((input) => input.uniqueReference),
    column((input) => input.priority),
    column((input) => input.dueAt),
    column((input) => input.riskSlaAt),
    column((input) => input.deferAt),
    column((input) => input.content),
    column((input) => input.progress),
    column((input) => input.source),
    column((input) => input.parentOperationId),
    column((input) => input.creatorJobKey),
    column((input) => input.creatorUserId),
    isOneActor ? arrayOf([inputs[0]!.actor]) : column((input) => input.actor),
    column((input) => (input.started ? true : null)),
    column((input) => input.started?.jobKey ?? null),
    column((input) => input.started?.robotId ?? null),
  ];
}

/** Fills in what the statement does not return, because the caller already has it. */
const storedItem = (input: AddInput, row: AddedRow): StoredItem => ({
  ...EMPTY,
  id: row.id,
  key: row.unique_key,
  unique_key: row.unique_key,
  folder_id: input.folderId,
  queue_id: input.queueId,
  status: input.started ? 1 : 0,
  reference: input.reference,
  priority: input.priority,
  due_at: row.due_at,
  defer_at: row.defer_at,
  risk_sla_at: row.risk_sla_at,
  specific_content_text: input.content,
  progress: input.progress,
  start_processing: input.started ? row.created_at : null,
  robot_id: input.started?.robotId ?? null,
  executor_job_key: input.started?.jobKey ?? null,
  creator_job_key: input.creatorJobKey,
  creator_user_id: input.creatorUserId,
  source: input.source,
  parent_operation_id: input.parentOperationId,
  created_at: row.created_at,
});

/** Columns of a new item that have their defaults. */
const EMPTY = {
  review_status: 0,
  seconds_in_previous_attempts: 0,
  retry_number: 0,
  manual_retry_number: 0,
  row_version: 1,
} as const;

type Variant = 'plain' | 'unique';
/** `on conflict` writes each row twice, so it is used only for items whose reference may already be there. */
const variantFor = (inputs: readonly AddInput[]): Variant =>
  inputs.some(({ uniqueReference }) => uniqueReference !== null) ? 'unique' : 'plain';

const add = (
  name: string,
  lock: string,
  answer: string,
): Record<Variant, Pick<Statement, 'name' | 'text'>> => ({
  plain: { name, text: addText(lock, '', answer) },
  unique: {
    name: `${name}-unique`,
    text: addText(
      lock,
      'on conflict (queue_id, unique_reference) where unique_reference is not null do nothing',
      answer,
    ),
  },
});

const addText = (lock: string, conflict: string, answer: string): string => `
with queue as materialized (
  select id, tenant_id, folder_id, sla_in_minutes, risk_sla_in_minutes
    from queue_definitions where id = any($1::bigint[]) order by id for key share ${lock}
), input as materialized (
  select * from unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::smallint[], $7::timestamptz[], $8::timestamptz[],
      $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::bigint[], $17::boolean[], $18::uuid[], $19::bigint[])
    with ordinality as i(queue_id, unique_key, reference, unique_reference, priority, due_at, risk_sla_at,
      defer_at, content, progress, source, parent_operation_id, creator_job_key, creator_user_id, started,
      executor_job_key, robot_id, position)
), added as (
  insert into queue_items (key, unique_key, tenant_id, folder_id, queue_id, reference, unique_reference, priority, due_at, risk_sla_at,
    defer_at, specific_content, progress, source, parent_operation_id, creator_job_key, creator_user_id,
    status, start_processing, executor_job_key, robot_id)
  select i.unique_key, i.unique_key, q.tenant_id, q.folder_id, q.id, i.reference, i.unique_reference, i.priority,
      case when q.sla_in_minutes > 0 then now() + make_interval(mins => q.sla_in_minutes) else i.due_at end,
      case when q.risk_sla_in_minutes > 0 then now() + make_interval(mins => q.risk_sla_in_minutes)
           when q.sla_in_minutes = 0 then i.risk_sla_at end,
      i.defer_at, i.content::json, i.progress, i.source, i.parent_operation_id, i.creator_job_key, i.creator_user_id,
      case when i.started then ${QueueItemStatus.InProgress} else ${QueueItemStatus.New} end, case when i.started then now() end, i.executor_job_key, i.robot_id
    from input i join queue q on q.id = i.queue_id order by i.position
  ${conflict}
  returning id, unique_key, created_at, due_at, risk_sla_at, defer_at, tenant_id, folder_id, queue_id, status, reference
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select tenant_id, folder_id, case status when ${QueueItemStatus.InProgress} then '${transactionStarted.type}' else '${itemAdded.type}' end, '${itemAdded.of.entity}',
      id::text, ($16::text[])[case cardinality($16::text[]) when 1 then 1 else array_position($3::uuid[], unique_key) end],
      case when reference is null and status = ${QueueItemStatus.New} then jsonb_build_object('queueId', queue_id)
           else jsonb_strip_nulls(jsonb_build_object('queueId', queue_id, 'reference', reference, 'isNew', case status when ${QueueItemStatus.InProgress} then true end)) end
    from added a order by a.id
)
${answer}`;

const ROWS = `
select array_agg(id) as queues, null as id, null as unique_key, null as created_at, null as due_at, null as risk_sla_at, null as defer_at
  from queue
union all
select null, id, unique_key, created_at, due_at, risk_sla_at, defer_at from added`;

const MISSING = `
select (select array_agg(id) from queue) as queues, case when count(*) < $20::int then coalesce(array_agg(unique_key), '{}') end as keys
  from added`;
const ADD = add('queue-add', 'skip locked', ROWS);
const ADD_WAITING = add('queue-add-waiting', '', ROWS);
const ADD_MANY = add('queue-add-many', '', MISSING);
