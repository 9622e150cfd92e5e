import sql from 'sql-template-tag';
import { byLabel, type Metric } from '../../kernel/metrics/metric.ts';
import { JobState } from './enumerations.ts';
import { FINAL, isFinal, PENDING } from './transitions.ts';

const LIVE = Object.entries(JobState.members).filter(([, state]) => !isFinal(state));

export const jobMetrics: readonly Metric[] = [
  {
    name: 'baton_jobs',
    kind: 'gauge',
    help: 'Jobs that have not ended, by state.',
    async read(db) {
      const rows = await db.query<{ state: number; count: number }>(sql`
        select state, count(*) as count from jobs where state not in ${FINAL} group by state`);
      const found = new Map(rows.map(({ state, count }) => [JobState.nameOf(state)!, count]));
      return byLabel(
        'state',
        LIVE.map(([name]) => name),
        found,
      );
    },
  },
  {
    name: 'baton_job_oldest_pending_seconds',
    kind: 'gauge',
    help: 'How long the job has waited that has waited longest; 0: none waits.',
    async read(db) {
      const row = await db.first<{ seconds: number | null }>(sql`
        select extract(epoch from now() - min(created_at))::float8 as seconds from jobs where state = ${PENDING}`);
      return [{ value: row?.seconds ?? 0 }];
    },
  },
];
