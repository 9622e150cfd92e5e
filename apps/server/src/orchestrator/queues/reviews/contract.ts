import { Bool, Complex, dto, Enum, Int64, List, Text } from '../../../kernel/contract/fields.ts';
import { allOf, many, operation, plain } from '../../../kernel/contract/operation.ts';
import { common, EDIT } from '../access.ts';
import { itemAdded, itemDeleted, itemRetried, reviewStatusChanged } from '../events.ts';
import { ReviewStatus, SimpleUser } from '../items/contract.ts';

/**
 * Operations on several items at once. Each item is handled by itself, and the answer lists the ids of those
 * that were left unchanged.
 */
const VersionedItem = dto('LongVersionedEntity', {
  /**
   * The version that the caller last read. An item that has changed since is left alone. Without a version,
   * the item is changed in any case.
   */
  RowVersion: Text({ maxLength: 12 }),
  Id: Int64({ required: true }),
});
const queueItems = List(Complex(VersionedItem), { required: true, max: 10_000 });
const example = [{ Id: 1, RowVersion: 'AAAAAAAAAAE=' }];

const ofItems = {
  ...common,
  tag: 'QueueItems',
  method: 'POST',
  answer: plain(
    dto('BulkOperationResponseDtoOfInt64', { Success: Bool(), Message: Text(), FailedItems: List(Int64()) }),
  ),
} as const;

export const getReviewers = operation({
  ...common,
  id: 'QueueItems_GetReviewers',
  tag: 'QueueItems',
  method: 'GET',
  path: '/odata/QueueItems/~.GetReviewers',
  summary: 'Who may review items of the folder: users who may see its queues and edit its transactions.',
  permission: EDIT,
  odata: { entity: SimpleUser, options: 'efsotkc' },
  answer: many(SimpleUser),
});
export const setItemReviewer = operation({
  ...ofItems,
  id: 'QueueItems_SetItemReviewer',
  tells: [reviewStatusChanged],
  path: '/odata/QueueItems/^.SetItemReviewer',
  summary: 'Gives failed and abandoned items to a reviewer.',
  permission: EDIT,
  body: dto('QueueSetItemReviewerRequest', { userId: Int64({ required: true }), queueItems }),
  example: { userId: 1, queueItems: example },
});
export const unsetItemReviewer = operation({
  ...ofItems,
  id: 'QueueItems_UnsetItemReviewer',
  tells: [reviewStatusChanged],
  path: '/odata/QueueItems/^.UnsetItemReviewer',
  summary: 'Takes items from their reviewers.',
  permission: EDIT,
  body: dto('QueueUnsetItemReviewerRequest', { queueItems }),
  example: { queueItems: example },
});
export const setItemReviewStatus = operation({
  ...ofItems,
  id: 'QueueItems_SetItemReviewStatus',
  tells: [reviewStatusChanged, itemRetried, itemAdded],
  path: '/odata/QueueItems/^.SetItemReviewStatus',
  summary:
    'Says how the review of failed and abandoned items stands; Retried puts them into the queue again.',
  permission: EDIT,
  body: dto('QueueSetItemReviewStatusRequest', {
    status: Enum(ReviewStatus, { required: true }),
    queueItems,
  }),
  example: { status: 'Verified', queueItems: example },
});
export const deleteItems = operation({
  ...ofItems,
  id: 'QueueItems_DeleteBulk',
  tells: [itemDeleted],
  path: '/odata/QueueItems/^.DeleteBulk',
  summary: 'Marks items as deleted.',
  permission: allOf('Queues.View', 'Transactions.Delete'),
  body: dto('QueueItemDeleteBulkRequest', { queueItems }),
  example: { queueItems: example },
});
