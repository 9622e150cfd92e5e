import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { bucketEvents } from './events.ts';
import { bucketsRoutes } from './routes.ts';

export const bucketsArea = area({
  name: 'buckets',
  routes: bucketsRoutes,
  events: bucketEvents,
  folderContents: [
    {
      what: 'buckets',
      find: (ids) => sql`select from bucket_folders where folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
});
