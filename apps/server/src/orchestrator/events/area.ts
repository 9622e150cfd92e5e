import { area } from '../../kernel/area.ts';
import { eventsRoutes } from './routes.ts';
import { eventSettings } from './settings.ts';

export const eventsArea = area({ name: 'events', routes: eventsRoutes, settings: eventSettings });
