import { entity, toOne } from '../../../kernel/contract/entity.ts';
import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  Json,
  List,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { allOf, many, nothing, one, operation, plain } from '../../../kernel/contract/operation.ts';
import { SimpleRobot } from '../../robots/contract.ts';
import { User } from '../../users/entities.ts';
import { common, FOLDER_PATH, IN_QUEUE_FOLDERS, morePermissions, VIEW } from '../access.ts';
import { QueueDefinition } from '../definitions/contract.ts';
import { itemAdded, itemDeleted, itemUpdated } from '../events.ts';
import { queueSettings } from '../settings.ts';

export const QueueItemStatus = enumeration('QueueItemStatus', {
  New: 0,
  InProgress: 1,
  Failed: 2,
  Successful: 3,
  Abandoned: 4,
  Retried: 5,
  Deleted: 6,
});

/** The numbers are stored. A lower number is started first. */
export const QueueItemPriority = enumeration('QueueItemPriority', { High: 0, Normal: 1, Low: 2 });

export const ReviewStatus = enumeration('ReviewStatus', { None: 0, InReview: 1, Verified: 2, Retried: 3 });

export const ProcessingExceptionType = enumeration('ProcessingExceptionType', {
  ApplicationException: 0,
  BusinessException: 1,
});

export const CommitType = enumeration('CommitType', {
  AllOrNothing: 0,
  StopOnFirstFailure: 1,
  ProcessAllIndependently: 2,
});

/** limits.ts checks the lengths, because its errors name the limit as the API does. */
export const ProcessingException = dto('ProcessingExceptionDto', {
  Reason: Text(),
  Details: Text(),
  Type: Enum(ProcessingExceptionType),
  AssociatedImageFilePath: Text({ maxLength: 1000 }),
  CreationTime: DateTime(),
});

const QueueItemError = dto('QueueItemErrorDto', {
  Code: Text(),
  Title: Text(),
  Detail: Text(),
  Category: Text(),
  Status: Int32(),
  Timestamp: DateTime(),
});

/** A user in the form that other entities expand to. */
export const SimpleUser = entity({
  name: 'SimpleUserDto',
  label: 'User',
  table: 'users',
  reading: User.reading,
  properties: User.fields,
});

/**
 * Read it by read-items.ts, which opens what encrypted queues keep sealed. The queue is joined instead of
 * looked up for each row. A filter by QueueDefinitionName then goes from the queue's name to its items along
 * indexes, and if nothing of the queue is asked for, the planner leaves the join out.
 */
export const QueueItem = entity({
  name: 'QueueItemDto',
  set: 'QueueItems',
  otherSet: 'Queues',
  label: 'QueueItem',
  table: `(select i.*, d.name as queue_definition_name, d.encrypted
             from queue_items i left join queue_definitions d on d.id = i.queue_id)`,
  inFolder: IN_QUEUE_FOLDERS,
  properties: {
    QueueDefinitionId: Int64({ from: 'queue_id' }),
    QueueDefinitionName: Text(),
    ProcessingException: Complex(ProcessingException),
    Error: Complex(QueueItemError, { constant: null, filterable: false }),
    Encrypted: Bool(),
    SpecificContent: Json({ filterable: false }),
    Output: Json({ filterable: false }),
    OutputData: Text({ from: OPEN('output'), filterable: false }),
    Analytics: Json({ filterable: false }),
    AnalyticsData: Text({ from: OPEN('analytics'), filterable: false }),
    Status: Enum(QueueItemStatus, { notNull: true }),
    ReviewStatus: Enum(ReviewStatus),
    ReviewerUserId: Int64(),
    Key: Guid(),
    UniqueKey: Guid(),
    Reference: Text(),
    ProcessingExceptionType: Enum(ProcessingExceptionType),
    DueDate: DateTime({ from: 'due_at' }),
    RiskSlaDate: DateTime({ from: 'risk_sla_at' }),
    Priority: Enum(QueueItemPriority, { notNull: true }),
    DeferDate: DateTime({ from: 'defer_at' }),
    StartProcessing: DateTime(),
    EndProcessing: DateTime(),
    SecondsInPreviousAttempts: Int32(),
    AncestorId: Int64(),
    AncestorUniqueKey: Guid(),
    RetryNumber: Int32({ notNull: true }),
    ManualAncestorId: Int64(),
    ManualAncestorUniqueKey: Guid(),
    ManualRetryNumber: Int32(),
    SpecificData: Text({ from: OPEN('specific_content'), filterable: false }),
    CreationTime: DateTime({ from: 'created_at', notNull: true }),
    Progress: Text(),
    RowVersion: Text({ from: "encode(int8send($.row_version), 'base64')" }),
    OrganizationUnitId: Int64({ from: 'folder_id' }),
    OrganizationUnitFullyQualifiedName: Text({ from: FOLDER_PATH }),
    RobotId: Int64(),
    CreatorJobKey: Guid(),
    ExecutorJobKey: Guid(),
    CreatorUserId: Int64(),
    Source: Text(),
    ParentOperationId: Text(),
    OperationId: Text(),
    HasVideoRecorded: Bool({ constant: false }),
    Id: Int64(),
  },
  navigations: {
    QueueDefinition: toOne(() => QueueDefinition, '$.queue_id = @.id'),
    Robot: toOne(() => SimpleRobot, '$.robot_id = @.id'),
    ReviewerUser: toOne(() => SimpleUser, '$.reviewer_user_id = @.id'),
  },
});

/**
 * The content once more, as JSON text in the wrapper that clients unwrap (`SpecificData`
 * and similar members).
 */
function OPEN(column: string): string {
  return `(case when $.${column} is null then null else '{"DynamicProperties":' || $.${column}::text || '}' end)`;
}

const itemMembers = {
  Priority: Enum(QueueItemPriority),
  SpecificContent: Json({ unchecked: true }),
  DeferDate: DateTime(),
  DueDate: DateTime(),
  RiskSlaDate: DateTime(),
  Reference: Text({ maxLength: 128 }),
  Progress: Text(),
  Source: Text({ maxLength: 20 }),
  ParentOperationId: Text({ maxLength: 128 }),
};

export const QueueItemData = dto('QueueItemDataDto', { Name: NameText({ maxLength: 50 }), ...itemMembers });

const CREATE = allOf('Queues.View', 'Transactions.Create');

export const itemExample = {
  Name: 'Invoices',
  Reference: 'INV-1',
  Priority: 'Normal',
  SpecificContent: { Amount: 12.5, Customer: 'Acme' },
};

export const addQueueItem = operation({
  ...common,
  id: 'Queues_AddQueueItem',
  tag: 'Queues',
  method: 'POST',
  path: '/odata/Queues/^.AddQueueItem',
  summary: 'Adds an item to a queue.',
  permission: CREATE,
  body: dto('AddQueueItemRequest', { itemData: Complex(QueueItemData, { required: true }) }),
  example: { itemData: itemExample },
  odata: { entity: QueueItem, options: 'es' },
  tells: [itemAdded],
  answer: one(QueueItem, 201, { set: 'Queues' }),
});

const FailedQueueItem = dto('FailedQueueItemDto', {
  Ordinal: Int32(),
  ErrorCode: Text(),
  ErrorMessage: Text(),
});

export const bulkAddQueueItems = operation({
  ...common,
  id: 'Queues_BulkAddQueueItems',
  tag: 'Queues',
  method: 'POST',
  path: '/odata/Queues/^.BulkAddQueueItems',
  summary: 'Adds up to 15,000 items (a setting); commitType says what one bad item does to the others.',
  permission: CREATE,
  body: dto('BulkAddQueueItemsRequest', {
    queueName: NameText({ required: true }),
    commitType: Enum(CommitType, { description: 'Default: AllOrNothing.' }),
    queueItems: List(Complex(QueueItemData), { required: true }),
  }),
  example: {
    queueName: 'Invoices',
    commitType: 'ProcessAllIndependently',
    queueItems: [{ Reference: 'INV-2', SpecificContent: { Amount: 3 } }],
  },
  tells: [itemAdded],
  answer: plain(
    dto('BulkOperationResponseDtoOfFailedQueueItemDto', {
      Success: Bool(),
      Message: Text(),
      FailedItems: List(Complex(FailedQueueItem)),
    }),
  ),
});

/**
 * A page holds 1000 items by default. Newer hosted versions stop at 100. But clients that page by
 * `$top=1000` take a page that is not full for the last one, so with a smaller page they would lose
 * items without noticing.
 */
export const getQueueItems = operation({
  ...common,
  id: 'QueueItems_Get',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems',
  summary: "The items of the folder's queues.",
  permission: VIEW,
  query: morePermissions,
  odata: { entity: QueueItem, options: 'efsotkc', pageRows: queueSettings.itemPageRows },
  answer: many(QueueItem),
});

export const getQueueItem = operation({
  ...common,
  id: 'QueueItems_GetById',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems({key})',
  summary: 'An item.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItem, options: 'es' },
  answer: one(QueueItem),
});

export const putQueueItem = operation({
  ...common,
  id: 'QueueItems_PutById',
  tag: 'QueueItems',
  method: 'PUT',
  path: '/odata/QueueItems({key})',
  summary:
    'Changes progress, priority, dates or content of an item that is New; a content of null or {} erases that of an ended one too.',
  permission: allOf('Queues.Edit', 'Transactions.Edit'),
  params: { key: Int64() },
  body: QueueItemData,
  example: itemExample,
  tells: [itemUpdated],
  answer: nothing(200),
});

export const deleteQueueItem = operation({
  ...common,
  id: 'QueueItems_DeleteById',
  tag: 'QueueItems',
  method: 'DELETE',
  path: '/odata/QueueItems({key})',
  summary: 'Marks an item as deleted.',
  permission: allOf('Queues.View', 'Transactions.Delete'),
  params: { key: Int64() },
  tells: [itemDeleted],
  answer: nothing(204),
});

export const getItemProcessingHistory = operation({
  ...common,
  id: 'QueueItems_GetItemProcessingHistoryById',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems({key})/^.GetItemProcessingHistory',
  summary: 'All attempts at an item.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItem, options: 'efsotkc' },
  answer: many(QueueItem),
});

export const getItemLastRetry = operation({
  ...common,
  id: 'QueueItems_GetItemLastRetryById',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems({key})/~.GetItemLastRetry',
  summary: 'The newest attempt at an item.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItem, options: 'es' },
  answer: one(QueueItem),
});

export const getItemLastRetryByKey = operation({
  ...common,
  id: 'QueueItems_GetItemLastRetryByKey',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems/^.GetItemLastRetryByKey(key={key})',
  summary: 'The newest attempt at the items of a key.',
  permission: VIEW,
  params: { key: Guid() },
  odata: { entity: QueueItem, options: 'es' },
  answer: one(QueueItem),
});
