import { entity } from '../../../kernel/contract/entity.ts';
import { enumeration } from '../../../kernel/contract/enumeration.ts';
import { DateTime, Enum, Int64, Text } from '../../../kernel/contract/fields.ts';
import { many, one, operation } from '../../../kernel/contract/operation.ts';
import { common as ofQueues, VIEW } from '../access.ts';
import * as told from '../events.ts';
import { QueueItemStatus, ReviewStatus } from '../items/contract.ts';

export const QueueItemAction = enumeration('QueueItemEventAction', {
  Create: 0,
  Edit: 1,
  Delete: 2,
  Status: 3,
  Retry: 4,
});

/**
 * What each type of event says about its item: the action, and the status afterwards if the type alone tells
 * it. Other events have the status in their payload.
 */
export const ITEM_EVENTS: Readonly<Record<string, readonly [action: number, status: number | null]>> = {
  [told.itemAdded.type]: [QueueItemAction.Create, QueueItemStatus.New],
  [told.itemUpdated.type]: [QueueItemAction.Edit, null],
  [told.itemDeleted.type]: [QueueItemAction.Delete, QueueItemStatus.Deleted],
  [told.transactionStarted.type]: [QueueItemAction.Status, QueueItemStatus.InProgress],
  [told.transactionCompleted.type]: [QueueItemAction.Status, QueueItemStatus.Successful],
  [told.transactionFailed.type]: [QueueItemAction.Status, QueueItemStatus.Failed],
  [told.transactionAbandoned.type]: [QueueItemAction.Status, QueueItemStatus.Abandoned],
  [told.itemDeferred.type]: [QueueItemAction.Status, QueueItemStatus.New],
  [told.itemRetried.type]: [QueueItemAction.Retry, QueueItemStatus.Retried],
  [told.reviewStatusChanged.type]: [QueueItemAction.Edit, null],
};

const cases = (part: 0 | 1): string =>
  Object.entries(ITEM_EVENTS)
    .filter(([, said]) => said[part] !== null)
    .map(([type, said]) => `when '${type}' then ${said[part]}`)
    .join(' ');

/**
 * Finds the event's actor among the users of the tenant: a person by the directory, a job by the account that
 * it runs as.
 */
const USER = `(case
  when e.actor like 'user:%' then (select u.id from users u
    where u.tenant_id = e.tenant_id and u.directory_identifier = substr(e.actor, 6)::uuid)
  when e.actor like 'robot:%' then (select r.user_id from jobs j join robots r on r.id = j.robot_id
    where j.key = substr(e.actor, 7)::uuid) end)`;
const nameOf = (column: string): string => `(select u.user_name from users u where u.id = ${column})`;

/**
 * The history of an item is read from its events (migration 0031). An item that was started as it was added
 * has one event for both, with `isNew` set.
 */
export const QueueItemEvent = entity({
  name: 'QueueItemEventDto',
  set: 'QueueItemEvents',
  label: 'QueueItemEvent',
  table: `(select e.id, e.tenant_id, e.entity_key::bigint as item_id,
    (e.payload ->> 'queueId')::bigint as queue_id,
                  e.created_at, case when e.payload ->> 'isNew' = 'true' then ${QueueItemAction.Create}
                       else case e.type ${cases(0)} else ${QueueItemAction.Edit} end end as action,
                  coalesce((e.payload ->> 'status')::int, case e.type ${cases(1)} else 0 end) as status,
                  coalesce((e.payload ->> 'reviewStatus')::int, 0) as review_status,
                  (e.payload ->> 'reviewerUserId')::bigint as reviewer_user_id,
                  nullif(e.payload - '{queueId,status,reviewStatus,reviewerUserId,isNew}'::text[],
                    '{}')::text as data,
                  case when e.actor like 'app:%' then substr(e.actor, 5) end as external_client_id,
                    ${USER} as user_id
             from events e where e.entity = 'QueueItem')`,
  inFolder: `exists (select from queue_folders l where l.queue_id = $.queue_id and l.folder_id in ?)`,
  properties: {
    QueueItemId: Int64({ from: 'item_id' }),
    Timestamp: DateTime({ from: 'created_at' }),
    Action: Enum(QueueItemAction),
    /** JSON: what was changed, in the form in which the change was recorded. */
    Data: Text(),
    UserId: Int64(),
    UserName: Text({ from: nameOf('$.user_id') }),
    Status: Enum(QueueItemStatus),
    ReviewStatus: Enum(ReviewStatus),
    ReviewerUserId: Int64(),
    ReviewerUserName: Text({ from: nameOf('$.reviewer_user_id') }),
    ExternalClientId: Text(),
    Id: Int64(),
  },
});

const common = { ...ofQueues, tag: 'QueueItemEvents', method: 'GET', permission: VIEW } as const;

export const getItemEvents = operation({
  ...common,
  id: 'QueueItemEvents_Get',
  path: '/odata/QueueItemEvents',
  summary: 'What happened to the items of the folder, and by whom.',
  odata: { entity: QueueItemEvent, options: 'efsotkc' },
  answer: many(QueueItemEvent),
});
export const getItemEvent = operation({
  ...common,
  id: 'QueueItemEvents_GetById',
  path: '/odata/QueueItemEvents({key})',
  summary: 'One thing that happened to an item.',
  params: { key: Int64() },
  odata: { entity: QueueItemEvent, options: 'es' },
  answer: one(QueueItemEvent),
});
export const getItemEventsHistory = operation({
  ...common,
  id: 'QueueItemEvents_GetQueueItemEventsHistoryByQueueitemid',
  path: '/odata/QueueItemEvents/~.GetQueueItemEventsHistory(queueItemId={queueItemId})',
  summary: 'What happened to an item and all other attempts at it.',
  params: { queueItemId: Int64() },
  odata: { entity: QueueItemEvent, options: 'efsotkc' },
  answer: many(QueueItemEvent),
});
