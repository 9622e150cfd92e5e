import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { list, type Page } from '../../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { itemAdded, itemRetried, reviewStatusChanged } from '../events.ts';
import {
  type Change,
  changeItems,
  changeThose,
  type ItemEvent,
  type LockedItem,
} from '../items/change-items.ts';
import { QueueItemStatus, ReviewStatus, SimpleUser } from '../items/contract.ts';
import { QueueError } from '../queue-error.ts';
import { retryManually } from '../transactions/retry-items.ts';
import { mayBecomeReview, mayBeReviewed } from '../transactions/transitions.ts';
import type { setItemReviewer, setItemReviewStatus, unsetItemReviewer } from './contract.ts';
import { mayReview } from './who-may-review.ts';

export const listReviewers = (ctx: Context): Promise<Page> =>
  list(ctx, SimpleUser, { where: (row) => mayReview(row, folderOf(ctx)) });

/** Assigning a reviewer begins the review of an item that nobody has reviewed yet. */
export async function setReviewer(
  ctx: Context,
  { body }: InputFor<typeof setItemReviewer>,
): Promise<AnswerFor<typeof setItemReviewer>> {
  const reviewer = await ctx.db.first(sql`
    select from users u where u.id = ${body.userId} and u.tenant_id = ${ctx.tenant.id}
       and ${mayReview(sql`u`, folderOf(ctx))}`);
  if (!reviewer)
    throw new QueueError(
      400,
      'ReviewerNotAvailable',
      'userId: is no user who may review items of this folder.',
    );
  return changeItems(ctx, body.queueItems, {
    refuse: notReviewable,
    apply: (tx, items) => assign(tx, items, body.userId),
  });
}

/** The status of the review stays as it is. */
export const unsetReviewer = (
  ctx: Context,
  { body }: InputFor<typeof unsetItemReviewer>,
): Promise<AnswerFor<typeof unsetItemReviewer>> =>
  changeItems(ctx, body.queueItems, {
    refuse: notReviewable,
    apply: (tx, items) => assign(tx, items, null),
  });

const notReviewable = (item: LockedItem): string | undefined => {
  if (!mayBeReviewed(item.status)) return 'is neither failed nor abandoned';
  return item.review_status === ReviewStatus.Retried ? 'has been retried' : undefined;
};

async function assign(
  tx: Transaction,
  items: readonly LockedItem[],
  reviewer: number | null,
): Promise<ItemEvent[]> {
  const next = ({ review_status: now }: LockedItem): number =>
    reviewer !== null && now === ReviewStatus.None ? ReviewStatus.InReview : now;
  await tx.execute(sql`
    update queue_items i set reviewer_user_id = ${reviewer}::bigint, review_status = n.review_status,
           row_version = i.row_version + 1
      from unnest(${items.map(({ id }) => id)}::bigint[], ${items.map(next)}::smallint[]) as n (id, review_status)
     where i.id = n.id`);
  return items.map((item) => ({
    event: reviewStatusChanged,
    item,
    payload: { status: item.status, reviewStatus: next(item), reviewerUserId: reviewer },
  }));
}

export const setReviewStatus = (
  ctx: Context,
  { body }: InputFor<typeof setItemReviewStatus>,
): Promise<AnswerFor<typeof setItemReviewStatus>> =>
  changeItems(ctx, body.queueItems, body.status === ReviewStatus.Retried ? retry(ctx) : review(body.status));

/** Retries many items of the call's folder. Answers which were left as they are, and why. */
export const retryThose = (ctx: Context, ids: readonly number[]): Promise<ReadonlyMap<number, string>> =>
  changeThose(
    ctx,
    ids.map((Id) => ({ Id })),
    retry(ctx),
  );

const review = (status: number): Change => ({
  refuse: (item) => notReviewable(item) ?? notAllowed(item, status),
  async apply(tx, items) {
    await tx.execute(sql`
      update queue_items set review_status = ${status}, row_version = row_version + 1
       where id = any(${items.map(({ id }) => id)}::bigint[])`);
    return items.map((item) => ({
      event: reviewStatusChanged,
      item,
      payload: { status: item.status, reviewStatus: status, reviewerUserId: item.reviewer_user_id },
    }));
  },
});

const notAllowed = (item: LockedItem, status: number): string | undefined =>
  mayBecomeReview(item.review_status, status)
    ? undefined
    : `is under review as ${ReviewStatus.nameOf(item.review_status)} and cannot become ${ReviewStatus.nameOf(status)}`;

/**
 * The item keeps its status and gets the review status Retried. A New one with the same key and content
 * takes its place.
 */
const retry = (ctx: Context): Change => ({
  refuse: (item) =>
    mayBeReviewed(item.status)
      ? notAllowed(item, ReviewStatus.Retried)
      : `is ${QueueItemStatus.nameOf(item.status)}, not failed or abandoned (QueueItemInvalidStatusForRetry)`,
  async apply(tx, items) {
    const ids = items.map(({ id }) => id);
    await tx.execute(sql`
      update queue_items set review_status = ${ReviewStatus.Retried}, unique_reference = null,
             row_version = row_version + 1
       where id = any(${ids}::bigint[])`);
    const by = { jobKey: ctx.principal.job?.key ?? null, userId: ctx.access.user?.id ?? null };
    const retries = await retryManually(tx, ids, by);
    const retriedAs = new Map(retries.map((next) => [next.ancestor_id, next.id]));
    return [
      ...items.map((item) => ({
        event: itemRetried,
        item,
        payload: {
          status: item.status,
          reviewStatus: ReviewStatus.Retried,
          reviewerUserId: item.reviewer_user_id,
          retriedAs: retriedAs.get(item.id),
        },
      })),
      ...retries.map((item) => ({
        event: itemAdded,
        item,
        payload: { manualAncestorId: item.ancestor_id },
      })),
    ];
  },
});
