// Made from the server's declarations by `npm run contract`.
import type { One, Operation } from './operation.ts';
import type { Empty, QueueItemDataDto, QueueItemDto, SetTransactionResultRequest } from './queues-shared.ts';

export interface AddQueueItemRequest {
  readonly itemData: QueueItemDataDto;
}

export interface BulkOperationResponseDtoOfFailedQueueItemDto {
  readonly Success: boolean | null;
  readonly Message: string | null;
  readonly FailedItems: readonly FailedQueueItemDto[] | null;
}

export interface BulkAddQueueItemsRequest {
  readonly queueName: string;
  /** Default: AllOrNothing. */
  readonly commitType?: CommitType | null;
  readonly queueItems: readonly QueueItemDataDto[];
}

export interface FailedQueueItemDto {
  readonly Ordinal: number | null;
  readonly ErrorCode: string | null;
  readonly ErrorMessage: string | null;
}

export const CommitType = { AllOrNothing: 0, StopOnFirstFailure: 1, ProcessAllIndependently: 2 } as const;
export type CommitType = keyof typeof CommitType;

export interface StartTransactionRequest {
  readonly transactionData: TransactionDataDto;
}

export interface TransactionDataDto {
  readonly Name: string;
  /** Key of the robot. What is no GUID names none, and is ignored. */
  readonly RobotIdentifier?: string | null;
  readonly SpecificContent?: unknown;
  readonly DeferDate?: string | null;
  readonly DueDate?: string | null;
  readonly Reference?: string | null;
  readonly ReferenceFilterOption?: ReferenceFilterOption | null;
  readonly ParentOperationId?: string | null;
}

export const ReferenceFilterOption = { Equals: 0, StartsWith: 1 } as const;
export type ReferenceFilterOption = keyof typeof ReferenceFilterOption;

/** Adds an item to a queue. */
export const addQueueItem: Operation<{ readonly body: AddQueueItemRequest }, One<QueueItemDto>> = {
  id: 'Queues_AddQueueItem',
  method: 'POST',
  path: '/odata/Queues/UiPathODataSvc.AddQueueItem',
  answer: 'one',
};

/** Adds up to 15,000 items (a setting); commitType says what one bad item does to the others. */
export const bulkAddQueueItems: Operation<
  { readonly body: BulkAddQueueItemsRequest },
  BulkOperationResponseDtoOfFailedQueueItemDto
> = {
  id: 'Queues_BulkAddQueueItems',
  method: 'POST',
  path: '/odata/Queues/UiPathODataSvc.BulkAddQueueItems',
  answer: 'plain',
};

/** Takes the next item of a queue, or creates one that is started at once; 204 when nothing is there. */
export const startTransaction: Operation<
  { readonly body: StartTransactionRequest },
  One<QueueItemDto> | undefined
> = {
  id: 'Queues_StartTransaction',
  method: 'POST',
  path: '/odata/Queues/UiPathODataSvc.StartTransaction',
  answer: 'one',
};

/** Ends a transaction: successful, failed, or failed and retried as the queue says. */
export const setTransactionResult: Operation<
  { readonly key: number; readonly body: SetTransactionResultRequest },
  Empty
> = {
  id: 'Queues_SetTransactionResultById',
  method: 'POST',
  path: '/odata/Queues({key})/UiPathODataSvc.SetTransactionResult',
  answer: 'plain',
};
