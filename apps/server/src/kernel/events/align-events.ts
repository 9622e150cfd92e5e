import sql from 'sql-template-tag';
import type { Database } from '../db/sql.ts';

const AHEAD = sql`xid >= pg_snapshot_xmax(pg_current_snapshot())`;

/**
 * A database that was restored from a dump starts to count its transactions again, so older events would seem
 * to belong to future transactions. This moves those events before all others, in the order of their ids.
 * Followers continue before the first event that they may not have seen. Call it at each start.
 */
export async function alignEvents(db: Database): Promise<void> {
  if (!(await db.first(sql`select from events where ${AHEAD} limit 1`))) return;
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table event_cursors in exclusive mode`);
    await tx.execute(sql`
      update event_cursors c
         set xid = '1', id = coalesce((select min(e.id) - 1 from events e where (e.xid, e.id) > (c.xid, c.id)),
                                      (select max(e.id) from events e))
       where ${AHEAD}`);
    await tx.execute(sql`update dropped_events set xid = '1' where ${AHEAD}`);
    await tx.execute(sql`update events set xid = '1' where ${AHEAD}`);
  });
}
