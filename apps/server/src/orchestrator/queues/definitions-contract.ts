import { dto, Guid, Int64 } from '../../kernel/contract/fields.ts';
import { nothing, one, operation } from '../../kernel/contract/operation.ts';
import { common, QueueDefinition, QueueInput, QueueWithRetention, queueExample } from './contract.ts';
import { queueDeleted, queueUpdated } from './events.ts';

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
