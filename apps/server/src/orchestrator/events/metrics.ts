import sql from 'sql-template-tag';
import type { Metric } from '../../kernel/metrics/metric.ts';

/** The highest number of events that is counted for a follower. */
const MOST_BEHIND = 10_000;

export const eventMetrics: readonly Metric[] = [
  {
    name: 'baton_events_held_seconds',
    kind: 'gauge',
    help: 'Age of the oldest event that readers are not shown yet, since a transaction that began to write before it has not ended.',
    async read(db) {
      const row = await db.first<{ seconds: number }>(sql`
        select extract(epoch from clock_timestamp() - created_at)::float8 as seconds from events
         where xid >= pg_snapshot_xmin(pg_current_snapshot()) order by xid, id limit 1`);
      return [{ value: Math.max(0, row?.seconds ?? 0) }];
    },
  },
  {
    name: 'baton_events_behind',
    kind: 'gauge',
    help: `Events that a follower has still to read, up to ${MOST_BEHIND}.`,
    async read(db) {
      const rows = await db.query<{ name: string; behind: number }>(sql`
        select c.name, n.behind from event_cursors c cross join lateral (
          select count(*) as behind from (
            select from events e where (e.xid, e.id) > (c.xid, c.id) order by e.xid, e.id limit ${MOST_BEHIND}) e) n`);
      return rows.map(({ name, behind }) => ({ labels: { follower: name }, value: behind }));
    },
  },
];
