import sql from 'sql-template-tag';
import type { Database } from '../../kernel/db/sql.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { QueueItemStatus } from './contract.ts';

/** The guide's default: a transaction without a result for a day is abandoned. */
export const ABANDONED_AFTER_MINUTES = 24 * 60;
const BATCH = 500;

/** Makes forgotten transactions Abandoned; safe on several nodes at once. Answers how many. */
export async function abandonItems(db: Database, afterMinutes = ABANDONED_AFTER_MINUTES): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ id: number; tenant_id: number; folder_id: number; queue_id: number }>(sql`
      update queue_items set status = ${QueueItemStatus.Abandoned}, end_processing = now(), row_version = row_version + 1
       where id in (select id from queue_items
                     where status = 1 and start_processing < now() - make_interval(mins => ${afterMinutes})
                     order by start_processing for update skip locked limit ${BATCH})
      returning id, tenant_id, folder_id, queue_id`);
    for (const row of rows) {
      await recordEvents(tx, { principal: undefined, tenantId: row.tenant_id }, [
        {
          type: 'queueItem.transactionAbandoned',
          entity: 'QueueItem',
          key: row.id,
          folderId: row.folder_id,
          payload: { queueId: row.queue_id },
        },
      ]);
    }
    return rows.length;
  });
}
