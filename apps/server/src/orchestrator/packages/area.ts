import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { packageEvents } from './events.ts';
import { packagesRoutes } from './routes.ts';
import { packageSettings } from './settings.ts';

export const packagesArea = area({
  name: 'packages',
  routes: packagesRoutes,
  events: packageEvents,
  settings: packageSettings,
  folderContents: [
    {
      what: 'packages',
      find: (ids) => sql`
        select from packages p join feeds f on f.id = p.feed_id
         where f.folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
});
