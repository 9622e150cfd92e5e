import { entity } from '../../../kernel/contract/entity.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../../kernel/contract/operation.ts';
import { RetentionAction, RetentionType } from '../../processes/contract.ts';
import { Tag } from '../../tag.ts';
import { common, FOLDER_PATH, inFoldersOf, morePermissions } from '../access.ts';
import { queueCreated, queueDeleted, queueUpdated } from '../events.ts';

/** In characters. Longer schemas took seconds to compile, and nobody writes them. */
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

/** Includes how long items are kept. Newer clients create and read queues in this form. */
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

/** Every operation that creates or changes a queue takes the retention settings as well. */
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

/** Clients of API 16 and newer call this instead of the POST above. */
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
  summary: 'A queue, with how long its items are kept.',
  permission: 'Queues.View',
  params: { id: Int64() },
  odata: { entity: QueueWithRetention, options: 'es' },
  answer: one(QueueWithRetention),
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
  body: QueueInput,
  example: queueExample,
  tells: [queueUpdated],
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
  body: dto('EditQueueRequest', { ...QueueWithRetention.fields, Id: Int64({ required: true }) }),
  example: { ...queueExample, Id: 1 },
  tells: [queueUpdated],
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
  tells: [queueDeleted],
  answer: nothing(204),
});
