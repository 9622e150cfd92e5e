// Made from the server's declarations by `npm run contract`.
import type { RetentionAction } from './enumerations.ts';
import type { ExportModel } from './exports.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { QueueDefinitionDto } from './queues-shared.ts';
import type { AccessibleFoldersDto, TagDto, TagDtoInput } from './shared.ts';

export interface QueueDefinitionWithRetentionDtoInput {
  readonly Name: string;
  readonly Description?: string | null;
  readonly MaxNumberOfRetries?: number | null;
  readonly AcceptAutomaticallyRetry?: boolean | null;
  readonly RetryAbandonedItems?: boolean | null;
  readonly EnforceUniqueReference?: boolean | null;
  readonly Encrypted?: boolean | null;
  readonly SpecificDataJsonSchema?: string | null;
  readonly OutputDataJsonSchema?: string | null;
  readonly AnalyticsDataJsonSchema?: string | null;
  /** Taken, and of no effect: there are no triggers yet. */
  readonly ProcessScheduleId?: number | null;
  readonly SlaInMinutes?: number | null;
  readonly RiskSlaInMinutes?: number | null;
  readonly ReleaseId?: number | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  readonly RetentionAction?: RetentionAction | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  readonly StaleRetentionAction?: RetentionAction | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

export interface QueueDefinitionWithRetentionDto {
  readonly Key: string | null;
  readonly Name: string;
  readonly Description: string | null;
  readonly MaxNumberOfRetries: number | null;
  readonly AcceptAutomaticallyRetry: boolean | null;
  readonly RetryAbandonedItems: boolean | null;
  readonly EnforceUniqueReference: boolean | null;
  readonly Encrypted: boolean | null;
  readonly SpecificDataJsonSchema: string | null;
  readonly OutputDataJsonSchema: string | null;
  readonly AnalyticsDataJsonSchema: string | null;
  readonly CreationTime: string | null;
  /** Taken, and of no effect: there are no triggers yet. */
  readonly ProcessScheduleId: number | null;
  readonly SlaInMinutes: number | null;
  readonly RiskSlaInMinutes: number | null;
  readonly ReleaseId: number | null;
  readonly IsProcessInCurrentFolder: boolean | null;
  readonly FoldersCount: number | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly Tags: readonly TagDto[] | null;
  readonly Id: number;
  readonly RetentionAction: RetentionAction | null;
  readonly RetentionPeriod: number | null;
  readonly RetentionBucketId: number | null;
  readonly RetentionBucketName: string | null;
  readonly StaleRetentionAction: RetentionAction | null;
  readonly StaleRetentionPeriod: number | null;
  readonly StaleRetentionBucketId: number | null;
  readonly StaleRetentionBucketName: string | null;
}

export interface EditQueueRequest {
  readonly Name: string;
  readonly Description?: string | null;
  readonly MaxNumberOfRetries?: number | null;
  readonly AcceptAutomaticallyRetry?: boolean | null;
  readonly RetryAbandonedItems?: boolean | null;
  readonly EnforceUniqueReference?: boolean | null;
  readonly Encrypted?: boolean | null;
  readonly SpecificDataJsonSchema?: string | null;
  readonly OutputDataJsonSchema?: string | null;
  readonly AnalyticsDataJsonSchema?: string | null;
  /** Taken, and of no effect: there are no triggers yet. */
  readonly ProcessScheduleId?: number | null;
  readonly SlaInMinutes?: number | null;
  readonly RiskSlaInMinutes?: number | null;
  readonly ReleaseId?: number | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  readonly Id: number;
  readonly RetentionAction?: RetentionAction | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  readonly StaleRetentionAction?: RetentionAction | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

export interface QueueFoldersShareDto {
  readonly QueueIds: readonly number[];
  readonly ToAddFolderIds?: readonly number[] | null;
  readonly ToRemoveFolderIds?: readonly number[] | null;
}

export interface QueueDefinitionOverviewDto {
  readonly Key: string | null;
  readonly Name: string;
  readonly Description: string | null;
  readonly MaxNumberOfRetries: number | null;
  readonly AcceptAutomaticallyRetry: boolean | null;
  readonly RetryAbandonedItems: boolean | null;
  readonly EnforceUniqueReference: boolean | null;
  readonly Encrypted: boolean | null;
  readonly SpecificDataJsonSchema: string | null;
  readonly OutputDataJsonSchema: string | null;
  readonly AnalyticsDataJsonSchema: string | null;
  readonly CreationTime: string | null;
  readonly ProcessScheduleId: number | null;
  readonly SlaInMinutes: number | null;
  readonly RiskSlaInMinutes: number | null;
  readonly ReleaseId: number | null;
  readonly IsProcessInCurrentFolder: boolean | null;
  readonly FoldersCount: number | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly Tags: readonly TagDto[] | null;
  readonly Id: number;
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
  readonly SpecificDataJsonSchemaExists: boolean | null;
  readonly OutputDataJsonSchemaExists: boolean | null;
  readonly AnalyticsDataJsonSchemaExists: boolean | null;
  readonly QueueFoldersCount: number | null;
}

export interface QueuePulseDto {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly folderId: number;
  /** Items that wait, with those that are deferred. */
  readonly waiting: number;
  readonly inProgress: number;
  /** Since when the item waits that has waited longest. */
  readonly oldestWaiting: string | null;
  /** How many waited at `before`. Null where that was not counted. */
  readonly waitingBefore: number | null;
  /** The end of the last hour that was counted. */
  readonly before: string | null;
  /** Items that ended for good, in the last 60 minutes. */
  readonly endedLastHour: number;
  /** Attempts that failed, in the last 60 minutes. */
  readonly failedLastHour: number;
  /**
   * When it would be empty if items ended as in the last hour and none were added. Null: nothing waits, or
   * nothing ended.
   */
  readonly empty: string | null;
  /** What ended in the last 24 hours. */
  readonly hours: readonly QueueHourDto[];
}

export interface QueueHourDto {
  readonly time: string;
  readonly successful: number;
  readonly businessExceptions: number;
  readonly applicationExceptions: number;
}

/** The queues of the folder, its own and those shared with it. */
export const getQueueDefinitions: Operation<
  {
    readonly mandatoryPermissions?: readonly string[] | null;
    readonly atLeastOnePermissions?: readonly string[] | null;
  },
  Many<QueueDefinitionDto>
> = {
  id: 'QueueDefinitions_Get',
  method: 'GET',
  path: '/odata/QueueDefinitions',
  query: ['mandatoryPermissions', 'atLeastOnePermissions'],
  answer: 'many',
};

/** Creates a queue. */
export const createQueueDefinition: Operation<
  { readonly body: QueueDefinitionWithRetentionDtoInput },
  One<QueueDefinitionDto>
> = {
  id: 'QueueDefinitions_Post',
  method: 'POST',
  path: '/odata/QueueDefinitions',
  answer: 'one',
};

/** Creates a queue, and says how long its items are kept. */
export const createQueue: Operation<
  { readonly body: QueueDefinitionWithRetentionDtoInput },
  One<QueueDefinitionWithRetentionDto>
> = {
  id: 'QueueDefinitions_CreateQueue',
  method: 'POST',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.CreateQueue',
  answer: 'one',
};

/** A queue. */
export const getQueueDefinition: Operation<{ readonly key: number }, One<QueueDefinitionDto>> = {
  id: 'QueueDefinitions_GetById',
  method: 'GET',
  path: '/odata/QueueDefinitions({key})',
  answer: 'one',
};

/** A queue, with how long its items are kept. */
export const getQueue: Operation<{ readonly id: number }, One<QueueDefinitionWithRetentionDto>> = {
  id: 'QueueDefinitions_GetQueue',
  method: 'GET',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetQueue(id={id})',
  answer: 'one',
};

/** A queue by its key. */
export const getQueueDefinitionByKey: Operation<{ readonly identifier: string }, One<QueueDefinitionDto>> = {
  id: 'QueueDefinitions_GetByKeyByIdentifier',
  method: 'GET',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetByKey(identifier={identifier})',
  answer: 'one',
};

/** Replaces what can be changed of a queue. */
export const putQueueDefinition: Operation<
  { readonly key: number; readonly body: QueueDefinitionWithRetentionDtoInput },
  undefined
> = {
  id: 'QueueDefinitions_PutById',
  method: 'PUT',
  path: '/odata/QueueDefinitions({key})',
  answer: 'nothing',
};

/** Replaces what can be changed of the queue that the body names. */
export const editQueue: Operation<{ readonly body: EditQueueRequest }, undefined> = {
  id: 'QueueDefinitions_EditQueue',
  method: 'POST',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.EditQueue',
  answer: 'nothing',
};

/** Deletes a queue with its items. */
export const deleteQueueDefinition: Operation<{ readonly key: number }, undefined> = {
  id: 'QueueDefinitions_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueDefinitions({key})',
  answer: 'nothing',
};

/** The queues of all folders where the caller may see them, but for those that one folder has. */
export const getQueuesAcrossFolders: Operation<
  { readonly excludeFolderId?: number | null },
  Many<QueueDefinitionDto>
> = {
  id: 'QueueDefinitions_GetQueuesAcrossFolders',
  method: 'GET',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetQueuesAcrossFolders',
  query: ['excludeFolderId'],
  answer: 'many',
};

/** The folders where a queue is, as far as the caller may see them, and how many there are in all. */
export const getFoldersForQueue: Operation<{ readonly id: number }, One<AccessibleFoldersDto>> = {
  id: 'QueueDefinitions_GetFoldersForQueueById',
  method: 'GET',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetFoldersForQueue(id={id})',
  answer: 'one',
};

/**
 * Adds queues to folders and takes them from others; all or nothing. A queue stays in one folder at least.
 */
export const shareQueues: Operation<{ readonly body: QueueFoldersShareDto }, undefined> = {
  id: 'QueueDefinitions_ShareToFolders',
  method: 'POST',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.ShareToFolders',
  answer: 'nothing',
};

/** The queues of the folder, each with how it stands. */
export const listQueues: Operation<NoInput, Many<QueueDefinitionOverviewDto>> = {
  id: 'QueueDefinitions_ListQueues',
  method: 'GET',
  path: '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.ListQueues',
  answer: 'many',
};

/** How each queue is doing: what waits and since when, what the last day did, and when it will be empty. */
export const getPulse: Operation<
  { readonly withSubfolders?: boolean | null; readonly queueId?: number | null },
  readonly QueuePulseDto[]
> = {
  id: 'QueueDefinitions_GetPulse',
  method: 'GET',
  path: '/api/QueueDefinitions/Pulse',
  query: ['withSubfolders', 'queueId'],
  answer: 'plain',
};

/** Has the items of a queue that the query options choose written to a CSV file, in the background. */
export const exportItems: Operation<{ readonly key: number }, One<ExportModel>> = {
  id: 'QueueDefinitions_ExportById',
  method: 'POST',
  path: '/odata/QueueDefinitions({key})/UiPathODataSvc.Export',
  answer: 'one',
};

/** The items of a queue that the query options choose, as a CSV file. */
export const reportItems: Operation<{ readonly key: number }, Response> = {
  id: 'QueueDefinitions_ReportsById',
  method: 'GET',
  path: '/odata/QueueDefinitions({key})/UiPathODataSvc.Reports',
  answer: 'file',
};

/** The JSON schema of SpecificData, OutputData or AnalyticsData of a queue, as a file. */
export const getJsonSchemaDefinition: Operation<
  { readonly key: number; readonly jsonSchemaType: string },
  Response
> = {
  id: 'QueueDefinitions_GetJsonSchemaDefinitionByIdAndJsonschematype',
  method: 'GET',
  path: "/odata/QueueDefinitions({key})/UiPathODataSvc.GetJsonSchemaDefinition(jsonSchemaType='{jsonSchemaType}')",
  answer: 'file',
};
