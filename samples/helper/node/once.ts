import { orchestrator, type QueueItem } from 'baton';

const ADD = '/odata/Queues/UiPathODataSvc.AddQueueItem';

/**
 * A call that the program itself may repeat, such as after an error that it has caught. The server knows it
 * again by its key, for a day and this job, and carries it out once.
 */
export const main = async ({ queue }: { readonly queue: string }) => {
  const body = { itemData: { Name: queue, SpecificContent: { order: 4711 } } };
  const idempotencyKey = 'order 4711';
  const first = await orchestrator.post<QueueItem>(ADD, body, { idempotencyKey });
  const again = await orchestrator.post<QueueItem>(ADD, body, { idempotencyKey });
  return { isSame: first.Id === again.Id };
};
