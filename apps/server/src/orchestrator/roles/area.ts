import { area } from '../../kernel/area.ts';
import { roleEvents } from './events.ts';
import { rolesRoutes } from './routes.ts';
import { seedRoles } from './seed-roles.ts';

export const rolesArea = area({ name: 'roles', routes: rolesRoutes, events: roleEvents, seed: seedRoles });
