import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { processEvents } from './events.ts';
import { processesRoutes } from './routes.ts';

export const processesArea = area({
  name: 'processes',
  routes: processesRoutes,
  events: processEvents,
  folderContents: [
    {
      what: 'processes',
      find: (ids) => sql`select from releases where folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
});
