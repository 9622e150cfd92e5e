import sql from 'sql-template-tag';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Transaction } from '../db/sql.ts';
import type { EventType } from './event-types.ts';

export interface NewEvent {
  readonly type: EventType;
  readonly entity: string;
  readonly key: string | number;
  readonly folderId?: number | null;
  /** What a reader needs beside the row itself. Never a secret. */
  readonly payload?: unknown;
}

/** Writes events in the transaction of the change they tell of, in their order. */
export async function recordEvents(
  tx: Transaction,
  who: {
    readonly principal: Principal | undefined;
    readonly tenantId: number;
    /** Instead of the principal's, for what somebody does through a link that they were given. */
    readonly actor?: string | null;
  },
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const actor = who.actor ?? actorOf(who.principal);
  // Arrays, not rows of parameters: one call may start ten thousand jobs, and a statement takes 65,535 parameters.
  await tx.execute(sql`
    insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
    select ${who.tenantId}::int, e.folder_id, e.type, e.entity, e.key, ${actor}::text, e.payload::jsonb
      from unnest(${events.map((e) => e.folderId ?? null)}::bigint[], ${events.map((e) => e.type)}::text[],
                  ${events.map((e) => e.entity)}::text[], ${events.map((e) => String(e.key))}::text[],
                  ${events.map((e) => JSON.stringify(e.payload ?? {}))}::text[])
           with ordinality as e (folder_id, type, entity, key, payload, position)
     order by e.position`);
}
