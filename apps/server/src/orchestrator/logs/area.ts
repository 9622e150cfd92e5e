import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { maintainLogPartitions } from './log-partitions.ts';
import { logsRoutes } from './routes.ts';

export const logsArea = area({
  name: 'logs',
  routes: logsRoutes,
  background: ({ services, db }) => [
    repeat(
      { name: 'make partitions for logs', everySeconds: 3600, run: () => maintainLogPartitions(db) },
      services,
    ),
  ],
});
