import sql from 'sql-template-tag';
import type { Metric } from '../../kernel/metrics/metric.ts';
import { isConnected } from './enumerations.ts';

export const sessionMetrics: readonly Metric[] = [
  {
    name: 'baton_robot_hosts_connected',
    kind: 'gauge',
    help: 'Machines whose robot is connected.',
    async read(db) {
      const row = await db.first<{ count: number }>(sql`
        select count(*) as count from sessions s where ${isConnected('s')}`);
      return [{ value: row?.count ?? 0 }];
    },
  },
];
