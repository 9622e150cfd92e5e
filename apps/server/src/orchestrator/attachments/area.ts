import { area } from '../../kernel/area.ts';
import { attachmentEvents } from './events.ts';
import { attachmentRoutes } from './routes.ts';
import { attachmentSettings } from './settings.ts';
import { startSweep } from './sweep.ts';

export const attachmentsArea = area({
  name: 'attachments',
  routes: attachmentRoutes,
  events: attachmentEvents,
  settings: attachmentSettings,
  background: ({ services, db }) => [startSweep(services, db)],
});
