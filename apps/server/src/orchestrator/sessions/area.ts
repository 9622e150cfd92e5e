import { area } from '../../kernel/area.ts';
import { sessionEvents } from './events.ts';
import { sessionMetrics } from './metrics.ts';
import { sessionRoutes } from './routes.ts';
import { sessionSettings } from './settings.ts';

export const sessionsArea = area({
  name: 'sessions',
  routes: sessionRoutes,
  events: sessionEvents,
  settings: sessionSettings,
  metrics: sessionMetrics,
});
