import { constant } from '../../../kernel/db/constant.ts';
import { QueueItemStatus, ReviewStatus } from '../items/contract.ts';

/**
 * The life of an item. It is added as New (or started at once). A start makes it InProgress. Its result makes
 * it Successful or Failed; if the queue retries and attempts are left, it becomes Retried instead and a New
 * item takes its place. An item whose robot never answers becomes Abandoned after a day, or Retried if the
 * queue says so. A robot may put an item back as New, for later. Only New, Failed, Successful and Abandoned
 * items can be deleted. No other transition leaves a final status.
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
 * How people review failures, apart from the status. Failed and Abandoned items are reviewed, back and
 * forth, until one is retried, which ends its review. A Verified item has to be taken up again before it
 * can be retried.
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
