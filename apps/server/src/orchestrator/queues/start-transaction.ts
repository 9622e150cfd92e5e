import sql, { empty, type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import { addOne } from './add-queue-item.ts';
import { QueueItem, ReferenceFilterOption, type startTransaction } from './contract.ts';
import { queueByName, type Starter, starterOf } from './sql.ts';

/** Takes the next item, or with SpecificContent creates one that is started at once. Undefined: nothing to do, 204. */
export async function start(ctx: Context, { body }: InputFor<typeof startTransaction>): Promise<unknown> {
  const data = body.transactionData;
  const queue = await queueByName(ctx, data.Name);
  const starter = await starterOf(ctx, data.RobotIdentifier);
  const id = await ctx.transaction(async (tx) => {
    if (data.SpecificContent !== null && data.SpecificContent !== undefined) {
      return addOne(tx, ctx, queue, data, 'transactionData.', starter);
    }
    const reference = referenceCondition(data.Reference, data.ReferenceFilterOption);
    const taken = await tx.first<{ id: number }>(takeNext(queue.id, starter, reference));
    if (!taken) return undefined;
    await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
      {
        type: 'queueItem.transactionStarted',
        entity: 'QueueItem',
        key: taken.id,
        folderId: queue.folder_id,
        payload: { queueId: queue.id },
      },
    ]);
    return taken.id;
  });
  return id === undefined ? undefined : findByKey(ctx, QueueItem, id);
}

/**
 * One robot gets one item: rows that another transaction is taking are skipped, not waited for. Reads queue_items_to_start in its own
 * order, so it stops at the first row that is due.
 */
const takeNext = (queueId: number, starter: Starter, reference: Sql): Sql => sql`
  update queue_items
     set status = 1, start_processing = now(), end_processing = null, robot_id = ${starter.robotId}::bigint,
         executor_job_key = ${starter.jobKey}::uuid, row_version = row_version + 1
   where id = (select id from queue_items
                where queue_id = ${queueId} and status = 0 and (defer_at is null or defer_at <= now()) ${reference}
                order by (due_at is null), priority, due_at, id
                for update skip locked limit 1)
  returning id`;

function referenceCondition(reference: string | null | undefined, option: number | null | undefined): Sql {
  if (!reference) return empty;
  return option === ReferenceFilterOption.StartsWith
    ? sql`and starts_with(reference, ${reference})`
    : sql`and reference = ${reference}`;
}
