import sql from 'sql-template-tag';
import { type SharedRow, sharing } from '../folders/sharing.ts';
import { QueueDefinition } from './contract.ts';
import { QUEUES_TOPIC } from './hot/definitions.ts';

interface SharedQueue extends SharedRow {
  readonly folder_id: number;
}

/** A queue that is in no folder would be gone with its items. */
export const sharedQueues = sharing<SharedQueue>({
  entity: QueueDefinition,
  group: 'Queues',
  table: 'queue_definitions',
  links: { table: 'queue_folders', column: 'queue_id' },
  columns: 's.folder_id',
  event: 'queue',
  eventEntity: 'QueueDefinition',
  payload: ({ name }) => ({ name }),
  inNoFolder: 'is refused',
  /** The folder that a queue calls its own is the oldest of those left where its own is taken away. */
  async moved(tx, ctx, queue, left) {
    tx.afterCommit(() => ctx.live.notify(QUEUES_TOPIC));
    if (left.includes(queue.folder_id)) return;
    await tx.execute(sql`
      update queue_definitions set folder_id = ${left[0]}, modified_at = now() where id = ${queue.id}`);
  },
});
