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
  Text,
} from '../../kernel/contract/fields.ts';
import { allOf, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';

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

const Tag = dto('TagDto', { Name: Text(), DisplayName: Text(), Value: Text(), DisplayValue: Text() });

/** Where a queue is seen: its own folder. */
const FOLDER_PATH = '(select f.path from folders f where f.id = $.folder_id)';

export const QueueDefinition = entity({
  name: 'QueueDefinitionDto',
  set: 'QueueDefinitions',
  label: 'QueueDefinition',
  table: 'queue_definitions',
  inFolder: '$.folder_id in ?',
  properties: {
    Key: Guid({ readOnly: true }),
    Name: Text({ required: true, maxLength: 50 }),
    Description: Text({ maxLength: 250 }),
    MaxNumberOfRetries: Int32({ min: 0, max: 50 }),
    AcceptAutomaticallyRetry: Bool(),
    RetryAbandonedItems: Bool(),
    EnforceUniqueReference: Bool(),
    Encrypted: Bool(),
    SpecificDataJsonSchema: Text({ maxLength: 1_000_000 }),
    OutputDataJsonSchema: Text({ maxLength: 1_000_000 }),
    AnalyticsDataJsonSchema: Text({ maxLength: 1_000_000 }),
    CreationTime: DateTime({ from: 'created_at', readOnly: true }),
    ProcessScheduleId: Int64({ constant: null }),
    SlaInMinutes: Int32({ min: 0, max: 129_600 }),
    RiskSlaInMinutes: Int32({ min: 0, max: 129_600 }),
    ReleaseId: Int64(),
    IsProcessInCurrentFolder: Bool({ from: '($.release_id is not null)', readOnly: true }),
    FoldersCount: Int32({ constant: 1, readOnly: true }),
    OrganizationUnitId: Int64({ from: 'folder_id', readOnly: true }),
    OrganizationUnitFullyQualifiedName: Text({ from: FOLDER_PATH, readOnly: true }),
    Tags: List(Complex(Tag)),
    Id: Int64({ readOnly: true }),
  },
});

const ProcessingException = dto('ProcessingExceptionDto', {
  Reason: Text({ maxLength: 100_000 }),
  Details: Text({ maxLength: 100_000 }),
  Type: Enum(ProcessingExceptionType),
  AssociatedImageFilePath: Text({ maxLength: 1000 }),
  CreationTime: DateTime(),
});

export const QueueItem = entity({
  name: 'QueueItemDto',
  set: 'QueueItems',
  label: 'QueueItem',
  table: 'queue_items',
  inFolder: '$.folder_id in ?',
  properties: {
    QueueDefinitionId: Int64({ from: 'queue_id' }),
    QueueDefinitionName: Text({ from: '(select d.name from queue_definitions d where d.id = $.queue_id)' }),
    ProcessingException: Complex(ProcessingException),
    Encrypted: Bool({ constant: false }),
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
    RetryNumber: Int32(),
    ManualAncestorId: Int64({ constant: null }),
    ManualAncestorUniqueKey: Guid({ constant: null }),
    ManualRetryNumber: Int32({ constant: 0 }),
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
  },
});

/** `SpecificData` and its like: the content again, as JSON text in the wrapper that clients unwrap. */
function OPEN(column: string): string {
  return `(case when $.${column} is null then null else '{"DynamicProperties":' || $.${column}::text || '}' end)`;
}

const itemMembers = {
  Priority: Enum(QueueItemPriority),
  SpecificContent: Json(),
  DeferDate: DateTime(),
  DueDate: DateTime(),
  RiskSlaDate: DateTime(),
  Reference: Text({ maxLength: 128 }),
  Progress: Text({ maxLength: 100_000 }),
  Source: Text({ maxLength: 20 }),
  ParentOperationId: Text({ maxLength: 128 }),
};
export const QueueItemData = dto('QueueItemDataDto', { Name: Text({ maxLength: 50 }), ...itemMembers });

const CREATE = allOf('Queues.View', 'Transactions.Create');
const VIEW = allOf('Queues.View', 'Transactions.View');
const EDIT = allOf('Queues.View', 'Transactions.Edit');
const common = { scope: 'OR.Queues', folder: 'required' } as const;

export const getQueueDefinitions = operation({
  ...common,
  id: 'QueueDefinitions_Get',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/odata/QueueDefinitions',
  summary: 'The queues of the folder.',
  permission: 'Queues.View',
  odata: { entity: QueueDefinition, options: 'efsotkc' },
  answer: many(QueueDefinition),
});

const QueueDefinitionInput = dto('QueueDefinitionDto', QueueDefinition.fields);
const queueExample = {
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
  body: QueueDefinitionInput,
  example: queueExample,
  answer: one(QueueDefinition, 201),
});
/** What clients of API 16 and newer call instead of the POST above. */
export const createQueue = operation({
  ...common,
  id: 'QueueDefinitions_CreateQueue',
  tag: 'QueueDefinitions',
  method: 'POST',
  path: '/odata/QueueDefinitions/~.CreateQueue',
  summary: 'Creates a queue.',
  permission: 'Queues.Create',
  body: QueueDefinitionInput,
  example: queueExample,
  answer: one(QueueDefinition, 201),
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
export const getQueueDefinitionByKey = operation({
  ...common,
  id: 'QueueDefinitions_GetByKeyByIdentifier',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/odata/QueueDefinitions/~.GetByKey(identifier={identifier})',
  summary: 'A queue by its key.',
  permission: 'Queues.View',
  params: { identifier: Guid() },
  odata: { entity: QueueDefinition, options: 'es' },
  answer: one(QueueDefinition),
});
export const getQueue = operation({
  ...common,
  id: 'QueueDefinitions_GetQueue',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/odata/QueueDefinitions/~.GetQueue(id={id})',
  summary: 'A queue.',
  permission: 'Queues.View',
  params: { id: Int64() },
  odata: { entity: QueueDefinition, options: 'es' },
  answer: one(QueueDefinition),
});
export const putQueueDefinition = operation({
  ...common,
  id: 'QueueDefinitions_PutById',
  tag: 'QueueDefinitions',
  method: 'PUT',
  path: '/odata/QueueDefinitions({key})',
  summary: 'Replaces what can be changed of a queue.',
  permission: 'Queues.Edit',
  params: { key: Int64() },
  body: QueueDefinitionInput,
  example: queueExample,
  answer: nothing(200),
});
export const editQueue = operation({
  ...common,
  id: 'QueueDefinitions_EditQueue',
  tag: 'QueueDefinitions',
  method: 'POST',
  path: '/odata/QueueDefinitions/~.EditQueue',
  summary: 'Replaces what can be changed of the queue that the body names.',
  permission: 'Queues.Edit',
  body: dto('EditQueueRequest', { ...QueueDefinition.fields, Id: Int64({ required: true }) }),
  example: { ...queueExample, Id: 1 },
  answer: nothing(200),
});
export const deleteQueueDefinition = operation({
  ...common,
  id: 'QueueDefinitions_DeleteById',
  tag: 'QueueDefinitions',
  method: 'DELETE',
  path: '/odata/QueueDefinitions({key})',
  summary: 'Deletes a queue with its items.',
  permission: 'Queues.Delete',
  params: { key: Int64() },
  answer: nothing(204),
});

const itemExample = {
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
  summary: 'Adds up to 15,000 items; commitType says what one bad item does to the others.',
  permission: CREATE,
  body: dto('BulkAddQueueItemsRequest', {
    queueName: Text({ required: true }),
    commitType: Enum(CommitType, { required: true }),
    queueItems: List(Complex(QueueItemData), { required: true, max: 15_000 }),
  }),
  example: {
    queueName: 'Invoices',
    commitType: 'ProcessAllIndependently',
    queueItems: [{ Reference: 'INV-2', SpecificContent: { Amount: 3 } }],
  },
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
        Name: Text({ required: true }),
        RobotIdentifier: Guid(),
        SpecificContent: Json(),
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
  answer: one(QueueItem, 200, { set: 'Queues', emptyStatus: 204 }),
});
export { ReferenceFilterOption };

export const TransactionResult = dto('TransactionResultDto', {
  IsSuccessful: Bool({ required: true }),
  ProcessingException: Complex(ProcessingException),
  DeferDate: DateTime(),
  DueDate: DateTime(),
  Output: Json(),
  Analytics: Json(),
  Progress: Text({ maxLength: 100_000 }),
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
  body: dto('SetTransactionProgressRequest', { progress: Text({ maxLength: 100_000 }) }),
  example: { progress: 'halfway' },
  answer: plain(dto('Empty', {})),
});

export const getQueueItems = operation({
  ...common,
  id: 'QueueItems_Get',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems',
  summary: "The items of the folder's queues.",
  permission: VIEW,
  odata: { entity: QueueItem, options: 'efsotkc' },
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
  summary: 'Changes progress, priority, dates or content of an item that is New.',
  permission: allOf('Queues.Edit', 'Transactions.Edit'),
  params: { key: Int64() },
  body: QueueItemData,
  example: itemExample,
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
