import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { assetEvents } from './events.ts';
import { assetsRoutes } from './routes.ts';

export const assetsArea = area({
  name: 'assets',
  routes: assetsRoutes,
  events: assetEvents,
  folderContents: [
    {
      what: 'assets',
      find: (ids) => sql`select from asset_folders where folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
});
