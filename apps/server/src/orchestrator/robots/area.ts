import { area } from '../../kernel/area.ts';
import { robotEvents } from './events.ts';
import { robotRoutes } from './routes.ts';

export const robotsArea = area({ name: 'robots', routes: robotRoutes, events: robotEvents });
