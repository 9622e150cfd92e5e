import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { tablesOf } from '../../kernel/events/event.ts';
import { keepEvents } from '../../kernel/events/keep-events.ts';
import { eventMetrics } from './metrics.ts';
import { eventsRoutes } from './routes.ts';
import { eventSettings, keptDays } from './settings.ts';

export const eventsArea = area({
  name: 'events',
  routes: eventsRoutes,
  settings: eventSettings,
  metrics: eventMetrics,
  background: ({ services, db }) =>
    tablesOf().map((table) => {
      const run = () => keepEvents(db, { table, days: services.setting(keptDays[table]) });
      return repeat({ name: `keep ${table}`, everySeconds: 3600, run }, services);
    }),
});
