import sql from 'sql-template-tag';
import { type SharedRow, sharing } from '../../folders/sharing.ts';
import { QueueDefinition } from '../definitions/contract.ts';
import { queueDeleted, queueUpdated } from '../events.ts';

interface SharedQueue extends SharedRow {
  readonly key: string;
  readonly folder_id: number;
}

/** A queue cannot leave its last folder: it would be gone, and its items with it. */
export const sharedQueues = sharing<SharedQueue>({
  entity: QueueDefinition,
  group: 'Queues',
  table: 'queue_definitions',
  links: { table: 'queue_folders', column: 'queue_id', unique: 'queue_folders_name' },
  columns: 's.folder_id, s.key',
  events: { updated: queueUpdated, deleted: queueDeleted },
  toldOf: ({ id, key, name }) => ({ key, payload: { id, name } }),
  inNoFolder: 'is refused',
  /** If a queue is removed from its own folder, the oldest of its remaining folders becomes its own. */
  async moved(tx, _, queue, left) {
    if (left.includes(queue.folder_id)) return;
    await tx.execute(sql`
      update queue_definitions set folder_id = ${left[0]}, modified_at = now() where id = ${queue.id}`);
  },
});
