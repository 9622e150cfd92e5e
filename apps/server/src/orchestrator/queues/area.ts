import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { queueEvents } from './events.ts';
import { queueMetrics } from './metrics.ts';
import { archiveItems } from './retention/archive-items.ts';
import { expireItems } from './retention/expire-items.ts';
import { queuesRoutes } from './routes.ts';
import { queueSettings } from './settings.ts';
import { foldStatistics } from './statistics/fold-statistics.ts';
import { abandonItems } from './transactions/abandon-items.ts';

export const queuesArea = area({
  name: 'queues',
  routes: queuesRoutes,
  events: queueEvents,
  settings: queueSettings,
  metrics: queueMetrics,
  background: ({ services, services: { log, files, now, setting }, db }) =>
    [
      {
        name: 'abandon forgotten transactions',
        everySeconds: 60,
        run: () => abandonItems(db, setting(queueSettings.abandonMinutes)),
      },
      { name: 'count what queues did', everySeconds: 300, run: () => foldStatistics(db) },
      { name: 'delete items that queues keep no longer', everySeconds: 3600, run: () => expireItems(db) },
      {
        name: 'archive items that queues keep no longer',
        everySeconds: 3600,
        run: () => archiveItems({ db, files, log, now }),
      },
    ].map((work) => repeat(work, services)),
  folderContents: [
    {
      // Shared queues count as well: a folder that a queue is linked to shows it as its own.
      what: 'queues',
      find: (ids) => sql`select from queue_folders where folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
});
