import { area } from '../../kernel/area.ts';
import { userEvents } from '../../people/user-events.ts';
import { usersRoutes } from './routes.ts';
import { seedAdministrator } from './seed-administrator.ts';

export const usersArea = area({
  name: 'users',
  routes: usersRoutes,
  events: userEvents,
  seed: seedAdministrator,
});
