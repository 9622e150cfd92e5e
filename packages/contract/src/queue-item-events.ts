// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { QueueItemStatus, ReviewStatus } from './queues-shared.ts';

export interface QueueItemEventDto {
  readonly QueueItemId: number | null;
  readonly Timestamp: string | null;
  readonly Action: QueueItemEventAction | null;
  readonly Data: string | null;
  readonly UserId: number | null;
  readonly UserName: string | null;
  readonly Status: QueueItemStatus | null;
  readonly ReviewStatus: ReviewStatus | null;
  readonly ReviewerUserId: number | null;
  readonly ReviewerUserName: string | null;
  readonly ExternalClientId: string | null;
  readonly Id: number;
}

export const QueueItemEventAction = { Create: 0, Edit: 1, Delete: 2, Status: 3, Retry: 4 } as const;
export type QueueItemEventAction = keyof typeof QueueItemEventAction;

/** What happened to the items of the folder, and by whom. */
export const getItemEvents: Operation<NoInput, Many<QueueItemEventDto>> = {
  id: 'QueueItemEvents_Get',
  method: 'GET',
  path: '/odata/QueueItemEvents',
  answer: 'many',
};

/** One thing that happened to an item. */
export const getItemEvent: Operation<{ readonly key: number }, One<QueueItemEventDto>> = {
  id: 'QueueItemEvents_GetById',
  method: 'GET',
  path: '/odata/QueueItemEvents({key})',
  answer: 'one',
};

/** What happened to an item and all other attempts at it. */
export const getItemEventsHistory: Operation<{ readonly queueItemId: number }, Many<QueueItemEventDto>> = {
  id: 'QueueItemEvents_GetQueueItemEventsHistoryByQueueitemid',
  method: 'GET',
  path: '/odata/QueueItemEvents/UiPath.Server.Configuration.OData.GetQueueItemEventsHistory(queueItemId={queueItemId})',
  answer: 'many',
};
