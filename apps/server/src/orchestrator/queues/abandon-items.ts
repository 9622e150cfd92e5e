import sql from 'sql-template-tag';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import { QueueItemStatus } from './contract.ts';
import { itemRetried, transactionAbandoned } from './events.ts';
import { hasRetryLeft, markRetried, retryAutomatically } from './retry-items.ts';

const BATCH = 500;

interface Forgotten {
  readonly id: number;
  readonly tenant_id: number;
  readonly folder_id: number;
  readonly queue_id: number;
  readonly is_retried: boolean;
}

/**
 * Ends transactions that have had no result for so long: they are Abandoned, or where the queue retries those
 * too and attempts are left, Retried with a New item in their place. A result that comes later finds them
 * ended and is refused. Safe on several nodes at once. Answers how many.
 */
export async function abandonItems(db: Database, afterMinutes = 24 * 60): Promise<number> {
  let all = 0;
  for (;;) {
    const ended = await db.transaction((tx) => abandonBatch(tx, afterMinutes));
    all += ended;
    if (ended < BATCH) return all;
  }
}

async function abandonBatch(tx: Transaction, afterMinutes: number): Promise<number> {
  const rows = await tx.query<Forgotten>(sql`
    select i.id, i.tenant_id, i.folder_id, i.queue_id, d.retry_abandoned_items
      and ${hasRetryLeft} as is_retried
      from queue_items i join queue_definitions d on d.id = i.queue_id
     where i.status = 1 and i.start_processing <= now() - make_interval(mins => ${afterMinutes})
     order by i.start_processing limit ${BATCH} for update of i skip locked`);
  const ids = (isRetried: boolean): number[] =>
    rows.filter((row) => row.is_retried === isRetried).map((row) => row.id);
  await tx.execute(sql`
    update queue_items set status = ${QueueItemStatus.Abandoned}, end_processing = now(),
      row_version = row_version + 1
     where id = any(${ids(false)}::bigint[])`);
  await markRetried(tx, ids(true));
  const retries = new Map(
    (await retryAutomatically(tx, ids(true))).map((next) => [next.ancestor_id, next.id]),
  );
  for (const [id, items] of Map.groupBy(rows, (row) => row.tenant_id)) {
    const byServer = { principal: undefined, tenant: { id } };
    const [retried, abandoned] = [true, false].map((is) => items.filter((row) => row.is_retried === is));
    await tell(
      tx,
      byServer,
      itemRetried,
      retried!.map((row) => ({
        key: row.id,
        folderId: row.folder_id,
        payload: { queueId: row.queue_id, retriedAs: retries.get(row.id), isAbandoned: true },
      })),
    );
    await tell(
      tx,
      byServer,
      transactionAbandoned,
      abandoned!.map((row) => ({
        key: row.id,
        folderId: row.folder_id,
        payload: { queueId: row.queue_id },
      })),
    );
  }
  return rows.length;
}
