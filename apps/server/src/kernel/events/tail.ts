import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/sql.ts';
import { type EventPlace, isAfter, presentPlace } from './read-events.ts';

/** What all streams of a server wait on. It looks at the end of the events once for all of them. */
export interface EventTail {
  /** Resolves when the tenant may have events after a place, or when the signal is aborted. */
  wait(tenantId: number, after: EventPlace, signal: AbortSignal): Promise<void>;
}

const LOOK_MS = 500;

export function eventTail(db: Queryable): EventTail {
  const waiting = new Set<{ readonly tenantId: number; readonly wake: () => void }>();
  let end: EventPlace | undefined;
  let looking: Promise<void> | undefined;

  /**
   * Runs while somebody waits. If a look fails, everybody is woken, and reading shows whether there is news.
   */
  async function look(): Promise<void> {
    end = undefined;
    while (waiting.size > 0) {
      const woken = await newsOf().catch(() => 'all' as const);
      for (const one of waiting) if (woken === 'all' || woken.has(one.tenantId)) one.wake();
      await delay(LOOK_MS, undefined, { ref: false });
    }
    looking = undefined;
  }

  async function newsOf(): Promise<'all' | ReadonlySet<number>> {
    if (!end) {
      end = await presentPlace(db);
      return 'all';
    }
    const row = await db.first<{ horizon: string; tenants: number[] }>(sql`
      select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, array(
        select distinct tenant_id from events
         where (xid, id) > (${end.xid}::xid8, ${end.id}::bigint)
           and xid < pg_snapshot_xmin(pg_current_snapshot())) as tenants`);
    end = { xid: row!.horizon, id: 0 };
    return new Set(row!.tenants);
  }

  return {
    wait: (tenantId, after, signal) =>
      new Promise((resolve) => {
        // No later look reports events that came between the reader's own reading and the last look.
        if (signal.aborted || (end && isAfter(end, after))) return resolve();
        const one = {
          tenantId,
          wake() {
            waiting.delete(one);
            signal.removeEventListener('abort', one.wake);
            resolve();
          },
        };
        waiting.add(one);
        signal.addEventListener('abort', one.wake);
        looking ??= look();
      }),
  };
}
