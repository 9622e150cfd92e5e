import { entity, toOne } from '../../../kernel/contract/entity.ts';
import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  Double,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  Text,
} from '../../../kernel/contract/fields.ts';
import { many, operation } from '../../../kernel/contract/operation.ts';
import { Tag } from '../../tag.ts';
import { common as ofQueues, VIEW } from '../access.ts';
import { QueueDefinition } from '../definitions/contract.ts';
import { STATUS_ROWS } from './statistics-sql.ts';

/** The period that a row of a report sums up. */
export const ReportType = enumeration('QueueProcessingRecordReportType', {
  All: 0,
  Minute: 1,
  Hour: 2,
  Day: 3,
});

/** A minute, an hour or a day of a queue. Times are in seconds. */
export const QueueProcessingRecord = entity({
  name: 'QueueProcessingRecordDto',
  table: 'queue_hours', // each report brings its own rows
  properties: {
    QueueDefinitionId: Int64({ from: 'queue_id' }),
    ProcessingTime: DateTime({ from: 'bucket' }),
    ReportType: Enum(ReportType),
    NumberOfRemainingTransactions: Int32({ from: 'remaining', default: 0 }),
    NumberOfInProgressTransactions: Int32({ from: 'in_progress', default: 0 }),
    NumberOfApplicationExceptions: Int32({ from: 'application_exceptions' }),
    NumberOfBusinessExceptions: Int32({ from: 'business_exceptions' }),
    NumberOfSuccessfulTransactions: Int32({ from: 'successful' }),
    NumberOfRetriedItems: Int32({ from: 'retried' }),
    ApplicationExceptionsProcessingTime: Double({ from: 'application_seconds' }),
    BusinessExceptionsProcessingTime: Double({ from: 'business_seconds' }),
    SuccessfulTransactionsProcessingTime: Double({ from: 'successful_seconds' }),
    TotalNumberOfTransactions: Int32({
      from: '($.successful + $.application_exceptions + $.business_exceptions)',
    }),
    TenantId: Int32(),
    Id: Int64(),
  },
  navigations: { UiQueueMetadata: toOne(() => QueueDefinition, '$.queue_id = @.id') },
});

/** The totals of a queue over all its time. Times are in seconds. */
const statusProperties = {
  ItemsToProcess: Int32(),
  ItemsInProgress: Int32(),
  QueueDefinitionId: Int64({ from: 'id' }),
  QueueDefinitionKey: Guid({ from: 'key' }),
  QueueDefinitionName: Text({ from: 'name' }),
  QueueDefinitionDescription: Text({ from: 'description' }),
  QueueDefinitionAcceptAutomaticallyRetry: Bool({ from: 'accept_automatically_retry' }),
  QueueDefinitionRetryAbandonedItems: Bool({ from: 'retry_abandoned_items' }),
  QueueDefinitionMaxNumberOfRetries: Int32({ from: 'max_number_of_retries' }),
  QueueDefinitionEnforceUniqueReference: Bool({ from: 'enforce_unique_reference' }),
  ProcessingMeanTime: Double({ from: 'coalesce($.successful_seconds / nullif($.successful, 0), 0)' }),
  SuccessfulTransactionsNo: Int32({ from: 'successful' }),
  ApplicationExceptionsNo: Int32({ from: 'application_exceptions' }),
  BusinessExceptionsNo: Int32({ from: 'business_exceptions' }),
  SuccessfulTransactionsProcessingTime: Double({ from: 'successful_seconds' }),
  ApplicationExceptionsProcessingTime: Double({ from: 'application_seconds' }),
  BusinessExceptionsProcessingTime: Double({ from: 'business_seconds' }),
  TotalNumberOfTransactions: Int32({
    from: '($.successful + $.application_exceptions + $.business_exceptions)',
  }),
  LastProcessed: DateTime(),
  ReleaseName: Text(),
  ReleaseId: Int64(),
  IsProcessInCurrentFolder: Bool(),
  SpecificDataJsonSchemaExists: Bool({ from: '($.specific_data_json_schema is not null)' }),
  OutputDataJsonSchemaExists: Bool({ from: '($.output_data_json_schema is not null)' }),
  AnalyticsDataJsonSchemaExists: Bool({ from: '($.analytics_data_json_schema is not null)' }),
  ProcessScheduleId: Int64({ constant: null }),
  QueueFoldersCount: Int32({ from: '(select count(*)::int from queue_folders l where l.queue_id = $.id)' }),
  Tags: List(Complex(Tag), { filterable: false }),
  Id: Int64(),
} as const;
const ofFolder = {
  table: STATUS_ROWS,
  inFolder: 'exists (select from queue_folders l where l.queue_id = $.id and l.folder_id in ?)',
} as const;

export const QueueProcessingStatus = entity({
  ...ofFolder,
  name: 'QueueProcessingStatusDto',
  label: 'QueueDefinition',
  properties: statusProperties,
});

/** A queue with its totals, as pages show it. */
export const QueueOverview = entity({
  ...ofFolder,
  name: 'QueueDefinitionOverviewDto',
  set: 'QueueDefinitions',
  base: () => QueueDefinition,
  label: 'QueueDefinition',
  properties: { ...QueueDefinition.fields, ...statusProperties },
});

const common = { ...ofQueues, method: 'GET' } as const;

export const getLastDaysRecords = operation({
  ...common,
  id: 'QueueProcessingRecords_RetrieveLastDaysProcessingRecordsByDaysnoAndQueuedefinitionid',
  tag: 'QueueProcessingRecords',
  path: '/odata/QueueProcessingRecords/^.RetrieveLastDaysProcessingRecords(daysNo={daysNo},queueDefinitionId={queueDefinitionId})',
  summary:
    'What a queue did in the last days: 0 the last hour by minutes, 1 the last day by hours, more by days.',
  permission: VIEW,
  params: { daysNo: Int32({ min: 0, max: 92 }), queueDefinitionId: Int64() },
  odata: { entity: QueueProcessingRecord, options: 'efsoc' },
  answer: many(QueueProcessingRecord),
});
export const getQueuesStatus = operation({
  ...common,
  id: 'QueueProcessingRecords_RetrieveQueuesProcessingStatus',
  tag: 'QueueProcessingRecords',
  path: '/odata/QueueProcessingRecords/^.RetrieveQueuesProcessingStatus',
  summary: 'How each queue of the folder stands.',
  permission: 'Queues.View',
  odata: { entity: QueueProcessingStatus, options: 'efsotkc' },
  answer: many(QueueProcessingStatus),
});
/** Called by consoles of other makers. */
export const listQueues = operation({
  ...common,
  id: 'QueueDefinitions_ListQueues',
  tag: 'QueueDefinitions',
  path: '/odata/QueueDefinitions/~.ListQueues',
  summary: 'The queues of the folder, each with how it stands.',
  permission: 'Queues.View',
  odata: { entity: QueueOverview, options: 'efsotkc' },
  answer: many(QueueOverview),
});
