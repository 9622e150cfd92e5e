// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, Operation } from './operation.ts';
import type { QueueDefinitionDto } from './queues-shared.ts';
import type { TagDto } from './shared.ts';

export interface QueueProcessingRecordDto {
  readonly QueueDefinitionId: number | null;
  readonly ProcessingTime: string | null;
  readonly ReportType: QueueProcessingRecordReportType | null;
  readonly NumberOfRemainingTransactions: number;
  readonly NumberOfInProgressTransactions: number;
  readonly NumberOfApplicationExceptions: number | null;
  readonly NumberOfBusinessExceptions: number | null;
  readonly NumberOfSuccessfulTransactions: number | null;
  readonly NumberOfRetriedItems: number | null;
  readonly ApplicationExceptionsProcessingTime: number | null;
  readonly BusinessExceptionsProcessingTime: number | null;
  readonly SuccessfulTransactionsProcessingTime: number | null;
  readonly TotalNumberOfTransactions: number | null;
  readonly TenantId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly UiQueueMetadata?: QueueDefinitionDto | null;
}

export const QueueProcessingRecordReportType = { All: 0, Minute: 1, Hour: 2, Day: 3 } as const;
export type QueueProcessingRecordReportType = keyof typeof QueueProcessingRecordReportType;

export interface QueueProcessingStatusDto {
  readonly ItemsToProcess: number | null;
  readonly ItemsInProgress: number | null;
  readonly QueueDefinitionId: number | null;
  readonly QueueDefinitionKey: string | null;
  readonly QueueDefinitionName: string | null;
  readonly QueueDefinitionDescription: string | null;
  readonly QueueDefinitionAcceptAutomaticallyRetry: boolean | null;
  readonly QueueDefinitionRetryAbandonedItems: boolean | null;
  readonly QueueDefinitionMaxNumberOfRetries: number | null;
  readonly QueueDefinitionEnforceUniqueReference: boolean | null;
  readonly ProcessingMeanTime: number | null;
  readonly SuccessfulTransactionsNo: number | null;
  readonly ApplicationExceptionsNo: number | null;
  readonly BusinessExceptionsNo: number | null;
  readonly SuccessfulTransactionsProcessingTime: number | null;
  readonly ApplicationExceptionsProcessingTime: number | null;
  readonly BusinessExceptionsProcessingTime: number | null;
  readonly TotalNumberOfTransactions: number | null;
  readonly LastProcessed: string | null;
  readonly ReleaseName: string | null;
  readonly ReleaseId: number | null;
  readonly IsProcessInCurrentFolder: boolean | null;
  readonly SpecificDataJsonSchemaExists: boolean | null;
  readonly OutputDataJsonSchemaExists: boolean | null;
  readonly AnalyticsDataJsonSchemaExists: boolean | null;
  readonly ProcessScheduleId: number | null;
  readonly QueueFoldersCount: number | null;
  readonly Tags: readonly TagDto[] | null;
  readonly Id: number;
}

/** What a queue did in the last days: 0 the last hour by minutes, 1 the last day by hours, more by days. */
export const getLastDaysRecords: Operation<
  { readonly daysNo: number; readonly queueDefinitionId: number },
  Many<QueueProcessingRecordDto>
> = {
  id: 'QueueProcessingRecords_RetrieveLastDaysProcessingRecordsByDaysnoAndQueuedefinitionid',
  method: 'GET',
  path: '/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveLastDaysProcessingRecords(daysNo={daysNo},queueDefinitionId={queueDefinitionId})',
  answer: 'many',
};

/** How each queue of the folder stands. */
export const getQueuesStatus: Operation<NoInput, Many<QueueProcessingStatusDto>> = {
  id: 'QueueProcessingRecords_RetrieveQueuesProcessingStatus',
  method: 'GET',
  path: '/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus',
  answer: 'many',
};
