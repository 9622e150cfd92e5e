import { area } from '../../kernel/area.ts';
import { noteEvents } from './events.ts';
import { noteRoutes } from './routes.ts';
import { noteSettings } from './settings.ts';

export const notesArea = area({
  name: 'notes',
  routes: noteRoutes,
  events: noteEvents,
  settings: noteSettings,
});
