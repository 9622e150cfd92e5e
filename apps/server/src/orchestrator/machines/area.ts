import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { machineEvents } from './events.ts';
import { removeExpiredJoinCodes } from './join-codes.ts';
import { machineRoutes } from './routes.ts';

export const machinesArea = area({
  name: 'machines',
  routes: machineRoutes,
  events: machineEvents,
  background: ({ services, db }) => [
    repeat(
      { name: 'remove expired join codes', everySeconds: 3600, run: () => removeExpiredJoinCodes(db) },
      services,
    ),
  ],
});
