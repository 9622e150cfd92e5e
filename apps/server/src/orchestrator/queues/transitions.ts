import { QueueItemStatus } from './contract.ts';

/**
 * How an item lives. It is added as New (or started at once). Starting it makes it InProgress; its result makes it Successful, Failed,
 * or, where the queue retries and attempts are left, Retried beside a New item that stands in for it. An item whose robot never
 * answers is Abandoned after a day. Only New, Failed, Successful and Abandoned items can be deleted. Nothing leaves a final status.
 */
export const TRANSITIONS: Readonly<Record<number, readonly number[]>> = {
  [QueueItemStatus.New]: [QueueItemStatus.InProgress, QueueItemStatus.Deleted],
  [QueueItemStatus.InProgress]: [
    QueueItemStatus.New, // postponed
    QueueItemStatus.Successful,
    QueueItemStatus.Failed,
    QueueItemStatus.Retried,
    QueueItemStatus.Abandoned,
  ],
  [QueueItemStatus.Failed]: [QueueItemStatus.Deleted],
  [QueueItemStatus.Successful]: [QueueItemStatus.Deleted],
  [QueueItemStatus.Abandoned]: [QueueItemStatus.Deleted],
  [QueueItemStatus.Retried]: [],
  [QueueItemStatus.Deleted]: [],
};

export const mayBecome = (from: number, to: number): boolean => TRANSITIONS[from]?.includes(to) === true;
