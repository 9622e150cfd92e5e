import { Guid, Int64 } from '../../kernel/contract/fields.ts';
import { allOf, many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { common, itemExample, QueueItem, QueueItemData, VIEW } from './contract.ts';
import { itemDeleted, itemUpdated } from './events.ts';

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
  summary:
    'Changes progress, priority, dates or content of an item that is New; a content of null or {} erases that of an ended one too.',
  permission: allOf('Queues.Edit', 'Transactions.Edit'),
  params: { key: Int64() },
  body: QueueItemData,
  example: itemExample,
  tells: [itemUpdated],
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
  tells: [itemDeleted],
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
