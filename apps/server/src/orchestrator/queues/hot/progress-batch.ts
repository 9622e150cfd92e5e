import { arrayOf } from '../../../kernel/db/arrays.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { itemUpdated } from '../events.ts';
import { ENDABLE } from '../transactions/transitions.ts';
import type { Ended } from './end-batch.ts';
import { isSeenIn } from './seen-in.ts';

export interface ProgressInput {
  readonly id: number;
  readonly folderId: number;
  readonly progress: string | null;
  readonly actor: string | null;
}

/**
 * Records the progress of transactions. If an item gets several, the last one is kept, and each
 * has its event.
 */
export async function noteProgress(db: Queryable, inputs: readonly ProgressInput[]): Promise<Ended[]> {
  const rows = await db.query<{ position: number; is_open: boolean }>({
    name: 'queue-progress',
    text: PROGRESS,
    values: [
      arrayOf(inputs.map((input) => input.id)),
      arrayOf(inputs.map((input) => input.folderId)),
      arrayOf(inputs.map((input) => input.progress)),
      arrayOf(inputs.map((input) => input.actor)),
    ],
  });
  const byPosition = new Map(rows.map((row) => [row.position, row.is_open]));
  return inputs.map((_, i) => {
    const isOpen = byPosition.get(i + 1);
    return isOpen === undefined ? 'alone' : isOpen ? 'ended' : 'notInProgress';
  });
}

const isOpen = `status in ${ENDABLE.sql}`;
const PROGRESS = `
with input as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
    with ordinality as n(id, folder_id, progress, actor, position)
), held as materialized (
  select n.id, n.position, n.progress, n.actor, i.status, i.tenant_id, i.folder_id, i.queue_id, row_number() over (partition by n.id order by n.position desc) = 1 as is_last,
      count(*) over (partition by n.id) as times
    from input n
    cross join lateral (select status, tenant_id, folder_id, queue_id from queue_items
                         where id = n.id and ${isSeenIn('n.folder_id')} for no key update skip locked) i
), noted as (
  update queue_items i set progress = h.progress, row_version = i.row_version + h.times
    from held h where i.id = h.id and i.id = any(array(select id from held)) and h.${isOpen} and h.is_last
), told as (
  insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
  select tenant_id, folder_id, '${itemUpdated.type}', '${itemUpdated.of.entity}', id::text, actor, jsonb_build_object('queueId', queue_id, 'status', status, 'progress', progress)
    from held where ${isOpen} order by position
)
select position::int, ${isOpen} as is_open from held`;
