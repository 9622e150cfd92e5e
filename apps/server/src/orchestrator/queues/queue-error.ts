import { ApiError, CODE } from '../../kernel/errors.ts';

/**
 * Refusals whose names the API publishes, but not their numbers. They carry the number of the nearest general
 * error. The name stands in the message, and in the FailedItems of a bulk add.
 */
export class QueueError extends ApiError {
  readonly errorName: QueueErrorName;
  constructor(status: 400 | 404 | 409, errorName: QueueErrorName, message: string) {
    super(status, NUMBERS[status], `${message} (${errorName})`);
    this.errorName = errorName;
  }
}

const NUMBERS = {
  400: CODE.InvalidArgument,
  404: CODE.ItemNotFound,
  409: CODE.ForbiddenOperation,
} as const;

export type QueueErrorName =
  | 'TransactionReferenceRequired'
  | 'InvalidTransactionProgressStatus'
  | 'TransactionNotStarted'
  | 'ReviewerNotAvailable'
  | 'QueueDefinitionParametersCannotChange'
  | 'QueueItemSchemaViolationException'
  | 'InvalidQueueSchemaDefinition'
  | 'InvalidQueueSchemaType'
  | 'QueueSchemaDefinitionNotFound'
  | 'SlaEnableQueueDefinitionFailure'
  | 'QueueItemContentSizeExceeded'
  | 'QueueItemInvalidTransitionFromFinalStatus'
  | 'QueueItemInvalidStatusForRetry'
  | 'QueueItemOutputDataSizeExceeded'
  | 'QueueItemAnalyticsDataSizeExceeded'
  | 'QueueProcessingExceptionFieldSizeExceeded'
  | 'QueueItemProgressDataSizeExceeded';

/** The API's name of a refusal, for answers that name errors. */
export function errorNameOf(error: ApiError): string {
  if (error instanceof QueueError) return error.errorName;
  return Object.entries(CODE).find(([, code]) => code === error.code)?.[0] ?? 'InvalidArgument';
}
