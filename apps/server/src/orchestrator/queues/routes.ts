import sql from 'sql-template-tag';
import { find, findByKey, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { comment, commentsHistory, editComment, removeComment } from './comments/comments.ts';
import * as comments from './comments/contract.ts';
import * as definitions from './definitions/contract.ts';
import {
  createDefinition,
  createWithRetention,
  deleteDefinition,
  updateDefinition,
} from './definitions/define-queue.ts';
import * as history from './history/contract.ts';
import { addItem } from './items/add-queue-item.ts';
import { bulkAdd } from './items/bulk-add-queue-items.ts';
import { deleteItem, deleteMany, editItem } from './items/change-item.ts';
import * as items from './items/contract.ts';
import {
  keyOf,
  listAttempts,
  listDefinitions,
  listItems,
  newestAttempt,
  ofAttempts,
  showItem,
} from './items/read-items.ts';
import { getPulse } from './pulse/contract.ts';
import { readPulse } from './pulse/read-pulse.ts';
import * as reports from './reports/contract.ts';
import { downloadSchema, exportQueue, reportQueue } from './reports/report-items.ts';
import * as retention from './retention/contract.ts';
import { findRetention, forgetRetention, listRetention, putRetention } from './retention/retention.ts';
import * as reviews from './reviews/contract.ts';
import { listReviewers, setReviewer, setReviewStatus, unsetReviewer } from './reviews/review-items.ts';
import * as sharing from './sharing/contract.ts';
import { sharedQueues } from './sharing/share-queues.ts';
import * as statistics from './statistics/contract.ts';
import { lastDaysRecords } from './statistics/processing-records.ts';
import * as transactions from './transactions/contract.ts';
import { setProgress, setResult } from './transactions/set-transaction-result.ts';
import { start } from './transactions/start-transaction.ts';

export const queuesRoutes: readonly Route[] = [
  handle(definitions.getQueueDefinitions, listDefinitions),
  handle(definitions.createQueueDefinition, createDefinition),
  handle(definitions.createQueue, createWithRetention),
  handle(definitions.getQueueDefinition, (ctx, { key }) => findByKey(ctx, definitions.QueueDefinition, key)),
  handle(definitions.getQueue, (ctx, { id }) => findByKey(ctx, definitions.QueueWithRetention, id)),
  handle(definitions.getQueueDefinitionByKey, (ctx, { identifier }) =>
    find(ctx, definitions.QueueDefinition, { where: (row) => sql`${row}.key = ${identifier}::uuid` }),
  ),
  handle(definitions.putQueueDefinition, (ctx, { key, body }) => updateDefinition(ctx, key, body)),
  handle(definitions.editQueue, (ctx, { body }) => updateDefinition(ctx, body.Id, body)),
  handle(definitions.deleteQueueDefinition, (ctx, { key }) => deleteDefinition(ctx, key)),
  handle(sharing.getQueuesAcrossFolders, (ctx, { excludeFolderId }) =>
    list(ctx, definitions.QueueDefinition, sharedQueues.across(ctx, excludeFolderId)),
  ),
  handle(sharing.getFoldersForQueue, (ctx, { id }) => sharedQueues.foldersOf(ctx, id)),
  handle(sharing.shareQueues, (ctx, { body }) => sharedQueues.share(ctx, body.QueueIds, body)),
  handle(statistics.listQueues, (ctx) => list(ctx, statistics.QueueOverview)),
  handle(getPulse, readPulse),
  handle(reports.exportItems, exportQueue),
  handle(reports.reportItems, reportQueue),
  handle(reports.getJsonSchemaDefinition, downloadSchema),

  handle(retention.getQueueRetentions, listRetention),
  handle(retention.getQueueRetention, (ctx, { key, retentionType }) =>
    findRetention(ctx, key, retentionType ?? undefined),
  ),
  handle(retention.putQueueRetention, putRetention),
  handle(retention.deleteQueueRetention, (ctx, { key }) => forgetRetention(ctx, key)),

  handle(items.addQueueItem, addItem),
  handle(items.bulkAddQueueItems, bulkAdd),
  handle(transactions.startTransaction, start),
  handle(transactions.setTransactionResult, setResult),
  handle(transactions.setTransactionResultOfItem, setResult),
  handle(transactions.setTransactionProgress, setProgress),

  handle(items.getQueueItems, listItems),
  handle(items.getQueueItem, (ctx, { key }) => showItem(ctx, key)),
  handle(items.putQueueItem, editItem),
  handle(items.deleteQueueItem, (ctx, { key }) => deleteItem(ctx, key)),
  handle(items.getItemProcessingHistory, (ctx, { key }) => listAttempts(ctx, key)),
  handle(items.getItemLastRetry, async (ctx, { key }) => newestAttempt(ctx, await keyOf(ctx, key))),
  handle(items.getItemLastRetryByKey, (ctx, { key }) => newestAttempt(ctx, key)),

  handle(reviews.getReviewers, listReviewers),
  handle(reviews.setItemReviewer, setReviewer),
  handle(reviews.unsetItemReviewer, unsetReviewer),
  handle(reviews.setItemReviewStatus, setReviewStatus),
  handle(reviews.deleteItems, deleteMany),

  handle(comments.getComments, (ctx) => list(ctx, comments.QueueItemComment)),
  handle(comments.createComment, comment),
  handle(comments.getComment, (ctx, { key }) => findByKey(ctx, comments.QueueItemComment, key)),
  handle(comments.putComment, editComment),
  handle(comments.deleteComment, (ctx, { key }) => removeComment(ctx, key)),
  handle(comments.getCommentsHistory, commentsHistory),

  handle(history.getItemEvents, (ctx) => list(ctx, history.QueueItemEvent)),
  handle(history.getItemEvent, (ctx, { key }) => findByKey(ctx, history.QueueItemEvent, key)),
  handle(history.getItemEventsHistory, async (ctx, { queueItemId }) => {
    const isIt = await ofAttempts(ctx, queueItemId);
    return list(ctx, history.QueueItemEvent, { where: (row) => isIt(sql`${row}.item_id`) });
  }),

  handle(statistics.getLastDaysRecords, lastDaysRecords),
  handle(statistics.getQueuesStatus, (ctx) => list(ctx, statistics.QueueProcessingStatus)),
];
