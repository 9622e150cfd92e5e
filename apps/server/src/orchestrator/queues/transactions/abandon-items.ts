import sql from 'sql-template-tag';
import type { Database, Transaction } from '../../../kernel/db/sql.ts';
import { type EndInput, endItems } from '../hot/end-batch.ts';
import { ENDABLE } from './transitions.ts';

const BATCH = 500;

/**
 * Ends transactions that have had no result for too long. They become Abandoned. If the queue retries
 * abandoned items and attempts are left, they become Retried instead and a New item takes their place. A
 * result that comes later is refused, because the transaction has ended. Answers the number of items. Safe on
 * several nodes at once.
 */
export async function abandonItems(db: Database, afterMinutes = 24 * 60): Promise<number> {
  let all = 0;
  for (;;) {
    const ended = await db.transaction((tx) => abandonBatch(tx, afterMinutes));
    all += ended;
    if (ended < BATCH) return all;
  }
}

type Left = Pick<EndInput, 'id' | 'folderId' | 'output' | 'analytics' | 'operationId'>;

/** Whoever sees the queue ends them; what an earlier result left, that postponed an item, stays. */
async function abandonBatch(tx: Transaction, afterMinutes: number): Promise<number> {
  const items = await tx.query<Left>(sql`
    select i.id, d.folder_id as "folderId", i.output::text, i.analytics::text, i.operation_id as "operationId"
      from queue_items i join queue_definitions d on d.id = i.queue_id
     where i.status in ${ENDABLE} and i.start_processing <= now() - make_interval(mins => ${afterMinutes})
     order by i.start_processing limit ${BATCH} for update of i skip locked`);
  const nothing = { exception: null, exceptionType: null, progress: null, deferAt: null, dueAt: null };
  await endItems(
    tx,
    items.map((item) => ({ ...item, ...nothing, outcome: 'abandoned', actor: null })),
    { isChecked: true },
  );
  return items.length;
}
