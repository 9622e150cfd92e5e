import sql from 'sql-template-tag';
import { area } from '../../kernel/area.ts';
import { folderEvents } from './events.ts';
import { foldersRoutes } from './routes.ts';

const FIRST_FOLDER = 'Shared';

export const foldersArea = area({
  name: 'folders',
  routes: foldersRoutes,
  events: folderEvents,
  folderContents: [
    {
      what: 'users',
      find: (ids) => sql`select from folder_users where folder_id = any(${ids}::bigint[]) limit 1`,
    },
  ],
  async seed(tx, { tenantId }) {
    await tx.execute(sql`
      insert into folders (tenant_id, display_name, path)
      values (${tenantId}, ${FIRST_FOLDER}, ${FIRST_FOLDER})
      on conflict do nothing`);
  },
});
