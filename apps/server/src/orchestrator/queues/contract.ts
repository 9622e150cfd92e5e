import { entity, toOne } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
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
} from '../../kernel/contract/fields.ts';
import { allOf, many, one, operation, plain } from '../../kernel/contract/operation.ts';
import { RetentionAction, RetentionType } from '../processes/contract.ts';
import { SimpleRobot } from '../robots/contract.ts';
import { Tag } from '../tag.ts';
import { User } from '../users/entities.ts';
import {
  itemAdded,
  itemDeferred,
  itemRetried,
  itemUpdated,
  queueCreated,
  transactionCompleted,
  transactionFailed,
  transactionStarted,
} from './events.ts';
import { queueSettings } from './settings.ts';

export const QueueItemStatus = enumeration('QueueItemStatus', {
  New: 0,
  InProgress: 1,
  Failed: 2,
  Successful: 3,
  Abandoned: 4,
  Retried: 5,
  Deleted: 6,
});
/** Stored so that a lower number is started first. */
export const QueueItemPriority = enumeration('QueueItemPriority', { High: 0, Normal: 1, Low: 2 });
export const ReviewStatus = enumeration('ReviewStatus', { None: 0, InReview: 1, Verified: 2, Retried: 3 });
export const ProcessingExceptionType = enumeration('ProcessingExceptionType', {
  ApplicationException: 0,
  BusinessException: 1,
});
const ReferenceFilterOption = enumeration('ReferenceFilterOption', { Equals: 0, StartsWith: 1 });
const CommitType = enumeration('CommitType', {
  AllOrNothing: 0,
  StopOnFirstFailure: 1,
  ProcessAllIndependently: 2,
});

const FOLDER_PATH = '(select f.path from folders f where f.id = $.folder_id)';
/** A queue, and all that belongs to it, is in the folders it is shared with as it is in its own. */
const inFoldersOf = (queueId: string): string =>
  `exists (select from queue_folders l where l.queue_id = ${queueId} and l.folder_id in ?)`;
export const IN_QUEUE_FOLDERS = inFoldersOf('$.queue_id');

/** Characters. Longer ones took seconds to compile, and nobody writes them. */
const MOST_SCHEMA = 100_000;

const definitionProperties = {
  Key: Guid({ readOnly: true }),
  Name: NameText({ required: true, maxLength: 50 }),
  Description: Text({ maxLength: 250 }),
  MaxNumberOfRetries: Int32({ min: 0, max: 50 }),
  AcceptAutomaticallyRetry: Bool(),
  RetryAbandonedItems: Bool(),
  EnforceUniqueReference: Bool(),
  Encrypted: Bool(),
  SpecificDataJsonSchema: Text({ maxLength: MOST_SCHEMA }),
  OutputDataJsonSchema: Text({ maxLength: MOST_SCHEMA }),
  AnalyticsDataJsonSchema: Text({ maxLength: MOST_SCHEMA }),
  CreationTime: DateTime({ from: 'created_at', readOnly: true }),
  ProcessScheduleId: Int64({ constant: null, ofNoEffect: 'there are no triggers yet' }),
  SlaInMinutes: Int32({ min: 0 }),
  RiskSlaInMinutes: Int32({ min: 0 }),
  ReleaseId: Int64(),
  IsProcessInCurrentFolder: Bool({
    from: 'exists (select from releases r where r.id = $.release_id and r.folder_id = $.folder_id)',
    readOnly: true,
  }),
  FoldersCount: Int32({
    from: '(select count(*)::int from queue_folders l where l.queue_id = $.id)',
    readOnly: true,
  }),
  OrganizationUnitId: Int64({ from: 'folder_id', readOnly: true }),
  OrganizationUnitFullyQualifiedName: Text({ from: FOLDER_PATH, readOnly: true }),
  Tags: List(Complex(Tag)),
  Id: Int64({ readOnly: true }),
} as const;

export const QueueDefinition = entity({
  name: 'QueueDefinitionDto',
  set: 'QueueDefinitions',
  label: 'QueueDefinition',
  table: 'queue_definitions',
  inFolder: inFoldersOf('$.id'),
  reading: { scope: 'OR.Queues', inFolder: 'Queues.View' },
  properties: definitionProperties,
});

const retention = (type: number, column: string): string =>
  `(select r.${column} from queue_retention r where r.queue_id = $.id and r.type = ${type})`;
const bucketName = (type: number): string =>
  `(select b.name from buckets b where b.id = ${retention(type, 'bucket_id')})`;
const { Final, Stale } = RetentionType;

/** With how long items are kept, as newer clients create and read queues. */
export const QueueWithRetention = entity({
  name: 'QueueDefinitionWithRetentionDto',
  set: 'QueueDefinitions',
  base: () => QueueDefinition,
  label: 'QueueDefinition',
  table: 'queue_definitions',
  inFolder: inFoldersOf('$.id'),
  properties: {
    ...definitionProperties,
    RetentionAction: Enum(RetentionAction, { from: `coalesce(${retention(Final, 'action')}, 2)` }),
    RetentionPeriod: Int32({ min: 1, max: 180, from: `coalesce(${retention(Final, 'period')}, 30)` }),
    RetentionBucketId: Int64({ from: retention(Final, 'bucket_id') }),
    RetentionBucketName: Text({ from: bucketName(Final), readOnly: true }),
    StaleRetentionAction: Enum(RetentionAction, { from: `coalesce(${retention(Stale, 'action')}, 2)` }),
    StaleRetentionPeriod: Int32({ min: 1, max: 180, from: `coalesce(${retention(Stale, 'period')}, 180)` }),
    StaleRetentionBucketId: Int64({ from: retention(Stale, 'bucket_id') }),
    StaleRetentionBucketName: Text({ from: bucketName(Stale), readOnly: true }),
  },
});

/** Lengths are checked by limits.ts, which names the limit as the API does. */
const ProcessingException = dto('ProcessingExceptionDto', {
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

/** As other entities expand to it. */
export const SimpleUser = entity({
  name: 'SimpleUserDto',
  label: 'User',
  table: 'users',
  reading: User.reading,
  properties: User.fields,
});

/**
 * Read it by read-items.ts, which opens what encrypted queues keep sealed. The queue is joined, not looked up
 * by each row: a filter by QueueDefinitionName then goes from the queue's name to its items, on indexes, and
 * where nothing of it is asked for the planner leaves the join out.
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

/** `SpecificData` and its like: the content again, as JSON text in the wrapper that clients unwrap. */
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
export const VIEW = allOf('Queues.View', 'Transactions.View');
export const EDIT = allOf('Queues.View', 'Transactions.Edit');
export const common = { scope: 'OR.Queues', folder: 'required' } as const;

/**
 * Rights that a folder must give besides those of the operation; rows of a folder that does not are left out.
 */
export const morePermissions = {
  mandatoryPermissions: List(Text(), { max: 100 }),
  atLeastOnePermissions: List(Text(), { max: 100 }),
} as const;

export const getQueueDefinitions = operation({
  ...common,
  id: 'QueueDefinitions_Get',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/odata/QueueDefinitions',
  summary: 'The queues of the folder, its own and those shared with it.',
  permission: 'Queues.View',
  query: morePermissions,
  odata: { entity: QueueDefinition, options: 'efsotkc' },
  answer: many(QueueDefinition),
});

/** Clients say how long items are kept to each operation that makes or changes a queue. */
export const QueueInput = dto('QueueDefinitionWithRetentionDto', QueueWithRetention.fields);
export const queueExample = {
  Name: 'Invoices',
  MaxNumberOfRetries: 2,
  AcceptAutomaticallyRetry: true,
  EnforceUniqueReference: true,
};

export const createQueueDefinition = operation({
  ...common,
  id: 'QueueDefinitions_Post',
  tag: 'QueueDefinitions',
  method: 'POST',
  path: '/odata/QueueDefinitions',
  summary: 'Creates a queue.',
  permission: 'Queues.Create',
  body: QueueInput,
  example: queueExample,
  tells: [queueCreated],
  answer: one(QueueDefinition, 201),
});
/** What clients of API 16 and newer call instead of the POST above. */
export const createQueue = operation({
  ...common,
  id: 'QueueDefinitions_CreateQueue',
  tag: 'QueueDefinitions',
  method: 'POST',
  path: '/odata/QueueDefinitions/~.CreateQueue',
  summary: 'Creates a queue, and says how long its items are kept.',
  permission: 'Queues.Create',
  body: QueueInput,
  example: { ...queueExample, RetentionAction: 'Delete', RetentionPeriod: 30 },
  tells: [queueCreated],
  answer: one(QueueWithRetention, 201),
});
export const getQueueDefinition = operation({
  ...common,
  id: 'QueueDefinitions_GetById',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/odata/QueueDefinitions({key})',
  summary: 'A queue.',
  permission: 'Queues.View',
  params: { key: Int64() },
  odata: { entity: QueueDefinition, options: 'es' },
  answer: one(QueueDefinition),
});
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
export { CommitType };

export const startTransaction = operation({
  ...common,
  id: 'Queues_StartTransaction',
  tag: 'Queues',
  method: 'POST',
  path: '/odata/Queues/^.StartTransaction',
  summary:
    'Takes the next item of a queue, or creates one that is started at once; 204 when nothing is there.',
  permission: allOf('Queues.View', 'Transactions.View', 'Transactions.Create', 'Transactions.Edit'),
  body: dto('StartTransactionRequest', {
    transactionData: Complex(
      dto('TransactionDataDto', {
        Name: NameText({ required: true }),
        RobotIdentifier: Guid({
          lenient: true,
          description: 'Key of the robot. What is no GUID names none, and is ignored.',
        }),
        SpecificContent: Json({ unchecked: true }),
        DeferDate: DateTime(),
        DueDate: DateTime(),
        Reference: Text({ maxLength: 128 }),
        ReferenceFilterOption: Enum(ReferenceFilterOption),
        ParentOperationId: Text({ maxLength: 128 }),
      }),
      { required: true },
    ),
  }),
  example: { transactionData: { Name: 'Invoices' } },
  odata: { entity: QueueItem, options: 'es' },
  tells: [transactionStarted],
  answer: one(QueueItem, 200, { set: 'Queues', emptyStatus: 204 }),
});
export { ReferenceFilterOption };

export const TransactionResult = dto('TransactionResultDto', {
  IsSuccessful: Bool({ required: true }),
  ProcessingException: Complex(ProcessingException),
  DeferDate: DateTime(),
  DueDate: DateTime(),
  Output: Json({ unchecked: true }),
  Analytics: Json({ unchecked: true }),
  Progress: Text(),
  OperationId: Text({ maxLength: 128 }),
});
const setResult = {
  ...common,
  tag: 'Queues',
  method: 'POST',
  permission: EDIT,
  params: { key: Int64() },
  summary: 'Ends a transaction: successful, failed, or failed and retried as the queue says.',
  body: dto('SetTransactionResultRequest', {
    transactionResult: Complex(TransactionResult, { required: true }),
  }),
  example: { transactionResult: { IsSuccessful: true, Output: { Total: 12.5 } } },
  tells: [transactionCompleted, transactionFailed, itemRetried, itemDeferred],
  /** `{}`: the official Python SDK reads JSON from what the description calls an empty answer. */
  answer: plain(dto('Empty', {})),
} as const;
export const setTransactionResult = operation({
  ...setResult,
  id: 'Queues_SetTransactionResultById',
  path: '/odata/Queues({key})/^.SetTransactionResult',
});
/** Some clients post the result to the item's own set. */
export const setTransactionResultOfItem = operation({
  ...setResult,
  id: 'QueueItems_SetTransactionResultById',
  tag: 'QueueItems',
  path: '/odata/QueueItems({key})/^.SetTransactionResult',
});
export const setTransactionProgress = operation({
  ...common,
  id: 'QueueItems_SetTransactionProgressById',
  tag: 'QueueItems',
  method: 'POST',
  path: '/odata/QueueItems({key})/^.SetTransactionProgress',
  summary: 'Notes how far a transaction is.',
  permission: EDIT,
  params: { key: Int64() },
  body: dto('SetTransactionProgressRequest', { progress: Text() }),
  example: { progress: 'halfway' },
  tells: [itemUpdated],
  answer: plain(dto('Empty', {})),
});

/**
 * A page holds 1000 items unless a setting says otherwise. Newer hosted versions stop at 100, but clients
 * that page by `$top=1000` take a page that is not full for the last one: with less they would lose items
 * without noticing.
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
