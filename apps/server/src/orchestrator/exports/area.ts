import { area } from '../../kernel/area.ts';
import { exportsRoutes } from './routes.ts';
import { startExports } from './run-exports.ts';

export const exportsArea = area({
  name: 'exports',
  routes: exportsRoutes,
  background: ({ services, db }) => [startExports(services, db)],
});
