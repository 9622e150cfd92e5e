import sql from 'sql-template-tag';
import { find, findByKey, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { addItem, bulkAdd } from './add-queue-item.ts';
import { deleteItem, editItem, keyOf, newestAttempt } from './change-item.ts';
import * as contract from './contract.ts';
import { createDefinition, deleteDefinition, updateDefinition } from './define-queue.ts';
import { setProgress, setResult } from './set-transaction-result.ts';
import { start } from './start-transaction.ts';

const { QueueDefinition, QueueItem } = contract;

export const queuesRoutes: readonly Route[] = [
  handle(contract.getQueueDefinitions, (ctx) => list(ctx, QueueDefinition)),
  handle(contract.createQueueDefinition, createDefinition),
  handle(contract.createQueue, createDefinition),
  handle(contract.getQueueDefinition, (ctx, { key }) => findByKey(ctx, QueueDefinition, key)),
  handle(contract.getQueue, (ctx, { id }) => findByKey(ctx, QueueDefinition, id)),
  handle(contract.getQueueDefinitionByKey, (ctx, { identifier }) =>
    find(ctx, QueueDefinition, { where: (row) => sql`${row}.key = ${identifier}::uuid` }),
  ),
  handle(contract.putQueueDefinition, (ctx, { key, body }) => updateDefinition(ctx, key, body)),
  handle(contract.editQueue, (ctx, { body }) => updateDefinition(ctx, body.Id, body)),
  handle(contract.deleteQueueDefinition, (ctx, { key }) => deleteDefinition(ctx, key)),

  handle(contract.addQueueItem, addItem),
  handle(contract.bulkAddQueueItems, bulkAdd),
  handle(contract.startTransaction, start),
  handle(contract.setTransactionResult, setResult),
  handle(contract.setTransactionResultOfItem, setResult),
  handle(contract.setTransactionProgress, setProgress),

  handle(contract.getQueueItems, (ctx) => list(ctx, QueueItem)),
  handle(contract.getQueueItem, (ctx, { key }) => findByKey(ctx, QueueItem, key)),
  handle(contract.putQueueItem, editItem),
  handle(contract.deleteQueueItem, (ctx, { key }) => deleteItem(ctx, key)),
  handle(contract.getItemProcessingHistory, async (ctx, { key }) => {
    const shared = await keyOf(ctx, key);
    return list(ctx, QueueItem, { where: (row) => sql`${row}.key = ${shared}::uuid` });
  }),
  handle(contract.getItemLastRetry, async (ctx, { key }) => newestAttempt(ctx, await keyOf(ctx, key))),
  handle(contract.getItemLastRetryByKey, (ctx, { key }) => newestAttempt(ctx, key)),
];
