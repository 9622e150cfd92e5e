import sql from 'sql-template-tag';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Transaction } from '../db/sql.ts';
import type { Event, Told } from './event.ts';
import type { LiveEvents } from './live.ts';

/** Who changes something, and where. A `Context` is a teller. */
export interface Teller {
  /** Undefined: the server itself. */
  readonly principal: Principal | undefined;
  readonly tenant: { readonly id: number };
  /** Replaces the principal as the actor, for what somebody does through a link that they were given. */
  readonly actor?: string | null;
}

export type Waker = Pick<LiveEvents, 'notify'>;

/** Only a teller with `live` can tell an event that wakes somebody. */
type Needed<E extends Event> = E['wakes'] extends readonly [] ? unknown : { readonly live: Waker };

/**
 * Writes one event for each row, in order, in the transaction that makes the change. After the commit, it
 * notifies the event's topics.
 */
export async function tell<E extends Event>(
  tx: Transaction,
  who: Teller & Needed<E>,
  event: E,
  rows: readonly Told<E>[],
): Promise<void> {
  if (rows.length === 0) return;
  const actor = who.actor ?? actorOf(who.principal);
  // Arrays instead of rows of parameters: one call may start ten thousand jobs, and a statement takes at most
  // 65,535 parameters in all.
  await tx.execute(sql`
    insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
    select ${who.tenant.id}::int, e.folder_id, ${event.type}::text, ${event.of.entity}::text, e.key,
           ${actor}::text, e.payload::jsonb
      from unnest(${rows.map((row) => row.folderId ?? null)}::bigint[], ${rows.map((row) => String(row.key))}::text[],
                  ${rows.map((row) => JSON.stringify(row.payload))}::text[])
           with ordinality as e (folder_id, key, payload, position)
     order by e.position`);
  if (event.wakes.length === 0) return;
  const { live } = who as Teller & { readonly live: Waker };
  const keys = new Set(rows.flatMap((row) => row.wakes ?? ['']).map(String));
  tx.afterCommit(() => {
    for (const topic of event.wakes) for (const key of keys) live.notify(topic, key);
  });
}
