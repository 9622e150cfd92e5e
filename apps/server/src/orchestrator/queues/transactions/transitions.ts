import { constant } from '../../../kernel/db/constant.ts';
import { QueueItemStatus, ReviewStatus } from '../items/contract.ts';

/**
 * How an item lives. It is added as New (or started at once). Starting it makes it InProgress; its result
 * makes it Successful, Failed, or, where the queue retries and attempts are left, Retried beside a New item
 * that stands in for it. An item whose robot never answers is Abandoned after a day, or Retried where the
 * queue says so. A robot may put an item back (New) for later. Only New, Failed, Successful and Abandoned
 * items can be deleted. Nothing else leaves a final status.
 */
const TRANSITIONS: Readonly<Record<number, readonly number[]>> = {
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

/** Nobody works on it any more. */
export const isFinal = (status: number): boolean =>
  TRANSITIONS[status]!.every((to) => to === QueueItemStatus.Deleted);

const statusesThat = (fulfil: (status: number) => boolean) =>
  constant(Object.keys(TRANSITIONS).map(Number).filter(fulfil));

/** For statements: `status in ${STARTABLE}`. */
export const STARTABLE = statusesThat((status) => mayBecome(status, QueueItemStatus.InProgress));
export const ENDABLE = statusesThat((status) => mayBecome(status, QueueItemStatus.Successful));
export const FINAL = statusesThat(isFinal);

/**
 * How people look at what went wrong, beside the status: Failed and Abandoned items are reviewed, back and
 * forth, until one is retried; that ends its review. What was found to be settled (Verified) is not retried
 * before somebody takes it up again.
 */
const REVIEWS: Readonly<Record<number, readonly number[]>> = {
  [ReviewStatus.None]: [
    ReviewStatus.None,
    ReviewStatus.InReview,
    ReviewStatus.Verified,
    ReviewStatus.Retried,
  ],
  [ReviewStatus.InReview]: [
    ReviewStatus.None,
    ReviewStatus.InReview,
    ReviewStatus.Verified,
    ReviewStatus.Retried,
  ],
  [ReviewStatus.Verified]: [ReviewStatus.None, ReviewStatus.InReview, ReviewStatus.Verified],
  [ReviewStatus.Retried]: [],
};

export const mayBeReviewed = (status: number): boolean =>
  status === QueueItemStatus.Failed || status === QueueItemStatus.Abandoned;
export const mayBecomeReview = (from: number, to: number): boolean => REVIEWS[from]?.includes(to) === true;
