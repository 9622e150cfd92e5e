// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';
import type {
  Empty,
  QueueItemDataDto,
  QueueItemDto,
  ReviewStatus,
  SetTransactionResultRequest,
  SimpleUserDto,
} from './queues-shared.ts';
import type { BulkOperationResponseDtoOfInt64 } from './releases-types.ts';

export interface SetTransactionProgressRequest {
  readonly progress?: string | null;
}

export interface QueueSetItemReviewerRequest {
  readonly userId: number;
  readonly queueItems: readonly LongVersionedEntity[];
}

export interface LongVersionedEntity {
  readonly RowVersion?: string | null;
  readonly Id: number;
}

export interface QueueUnsetItemReviewerRequest {
  readonly queueItems: readonly LongVersionedEntity[];
}

export interface QueueSetItemReviewStatusRequest {
  readonly status: ReviewStatus;
  readonly queueItems: readonly LongVersionedEntity[];
}

export interface QueueItemDeleteBulkRequest {
  readonly queueItems: readonly LongVersionedEntity[];
}

/** Ends a transaction: successful, failed, or failed and retried as the queue says. */
export const setTransactionResultOfItem: Operation<
  { readonly key: number; readonly body: SetTransactionResultRequest },
  Empty
> = {
  id: 'QueueItems_SetTransactionResultById',
  method: 'POST',
  path: '/odata/QueueItems({key})/UiPathODataSvc.SetTransactionResult',
  answer: 'plain',
};

/** Notes how far a transaction is. */
export const setTransactionProgress: Operation<
  { readonly key: number; readonly body: SetTransactionProgressRequest },
  Empty
> = {
  id: 'QueueItems_SetTransactionProgressById',
  method: 'POST',
  path: '/odata/QueueItems({key})/UiPathODataSvc.SetTransactionProgress',
  answer: 'plain',
};

/** The items of the folder's queues. */
export const getQueueItems: Operation<
  {
    readonly mandatoryPermissions?: readonly string[] | null;
    readonly atLeastOnePermissions?: readonly string[] | null;
  },
  Many<QueueItemDto>
> = {
  id: 'QueueItems_Get',
  method: 'GET',
  path: '/odata/QueueItems',
  query: ['mandatoryPermissions', 'atLeastOnePermissions'],
  answer: 'many',
};

/** An item. */
export const getQueueItem: Operation<{ readonly key: number }, One<QueueItemDto>> = {
  id: 'QueueItems_GetById',
  method: 'GET',
  path: '/odata/QueueItems({key})',
  answer: 'one',
};

/**
 * Changes progress, priority, dates or content of an item that is New; a content of null or {} erases that of
 * an ended one too.
 */
export const putQueueItem: Operation<{ readonly key: number; readonly body: QueueItemDataDto }, undefined> = {
  id: 'QueueItems_PutById',
  method: 'PUT',
  path: '/odata/QueueItems({key})',
  answer: 'nothing',
};

/** Marks an item as deleted. */
export const deleteQueueItem: Operation<{ readonly key: number }, undefined> = {
  id: 'QueueItems_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueItems({key})',
  answer: 'nothing',
};

/** All attempts at an item. */
export const getItemProcessingHistory: Operation<{ readonly key: number }, Many<QueueItemDto>> = {
  id: 'QueueItems_GetItemProcessingHistoryById',
  method: 'GET',
  path: '/odata/QueueItems({key})/UiPathODataSvc.GetItemProcessingHistory',
  answer: 'many',
};

/** The newest attempt at an item. */
export const getItemLastRetry: Operation<{ readonly key: number }, One<QueueItemDto>> = {
  id: 'QueueItems_GetItemLastRetryById',
  method: 'GET',
  path: '/odata/QueueItems({key})/UiPath.Server.Configuration.OData.GetItemLastRetry',
  answer: 'one',
};

/** The newest attempt at the items of a key. */
export const getItemLastRetryByKey: Operation<{ readonly key: string }, One<QueueItemDto>> = {
  id: 'QueueItems_GetItemLastRetryByKey',
  method: 'GET',
  path: '/odata/QueueItems/UiPathODataSvc.GetItemLastRetryByKey(key={key})',
  answer: 'one',
};

/** Who may review items of the folder: users who may see its queues and edit its transactions. */
export const getReviewers: Operation<NoInput, Many<SimpleUserDto>> = {
  id: 'QueueItems_GetReviewers',
  method: 'GET',
  path: '/odata/QueueItems/UiPath.Server.Configuration.OData.GetReviewers',
  answer: 'many',
};

/** Gives failed and abandoned items to a reviewer. */
export const setItemReviewer: Operation<
  { readonly body: QueueSetItemReviewerRequest },
  BulkOperationResponseDtoOfInt64
> = {
  id: 'QueueItems_SetItemReviewer',
  method: 'POST',
  path: '/odata/QueueItems/UiPathODataSvc.SetItemReviewer',
  answer: 'plain',
};

/** Takes items from their reviewers. */
export const unsetItemReviewer: Operation<
  { readonly body: QueueUnsetItemReviewerRequest },
  BulkOperationResponseDtoOfInt64
> = {
  id: 'QueueItems_UnsetItemReviewer',
  method: 'POST',
  path: '/odata/QueueItems/UiPathODataSvc.UnsetItemReviewer',
  answer: 'plain',
};

/** Says how the review of failed and abandoned items stands; Retried puts them into the queue again. */
export const setItemReviewStatus: Operation<
  { readonly body: QueueSetItemReviewStatusRequest },
  BulkOperationResponseDtoOfInt64
> = {
  id: 'QueueItems_SetItemReviewStatus',
  method: 'POST',
  path: '/odata/QueueItems/UiPathODataSvc.SetItemReviewStatus',
  answer: 'plain',
};

/** Marks items as deleted. */
export const deleteItems: Operation<
  { readonly body: QueueItemDeleteBulkRequest },
  BulkOperationResponseDtoOfInt64
> = {
  id: 'QueueItems_DeleteBulk',
  method: 'POST',
  path: '/odata/QueueItems/UiPathODataSvc.DeleteBulk',
  answer: 'plain',
};
