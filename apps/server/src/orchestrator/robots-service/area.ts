import { area } from '../../kernel/area.ts';
import { robotsServiceRoutes } from './routes.ts';
import { robotsServiceSettings } from './settings.ts';

export const robotsServiceArea = area({
  name: 'robots-service',
  routes: robotsServiceRoutes,
  settings: robotsServiceSettings,
});
