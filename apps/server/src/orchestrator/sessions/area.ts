import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { sessionEvents } from './events.ts';
import { forgetHostUse } from './host-use.ts';
import { sessionMetrics } from './metrics.ts';
import { sessionRoutes } from './routes.ts';
import { sessionSettings } from './settings.ts';

export const sessionsArea = area({
  name: 'sessions',
  routes: sessionRoutes,
  events: sessionEvents,
  settings: sessionSettings,
  metrics: sessionMetrics,
  background: ({ services, db }) => [
    repeat(
      {
        name: 'forget the use of hosts',
        everySeconds: 3600,
        run: () => forgetHostUse(db, services.setting(sessionSettings.hostUseDays)),
      },
      services,
    ),
  ],
});
