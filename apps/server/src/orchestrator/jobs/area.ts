import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { CODE } from '../../kernel/errors.ts';
import { jobEvents } from './events.ts';
import { jobMetrics } from './metrics.ts';
import { startReaper } from './reap.ts';
import { jobRoutes } from './routes.ts';
import { jobSettings } from './settings.ts';
import { FINAL } from './transitions.ts';

export const jobsArea = area({
  name: 'jobs',
  routes: jobRoutes,
  events: jobEvents,
  settings: jobSettings,
  metrics: jobMetrics,
  background: ({ services, db }) => [startReaper(services, db)],
  folderContents: [
    {
      what: 'jobs that have not ended',
      code: CODE.NotInFinalStateJobsExist,
      find: (ids) => sql`
        select from jobs where folder_id = any(${ids}::bigint[]) and state not in ${FINAL} limit 1`,
    },
  ],
});
