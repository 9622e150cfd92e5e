import { area } from '../../kernel/area.ts';
import { rolesRoutes } from './routes.ts';
import { seedRoles } from './seed-roles.ts';

export const rolesArea = area({ name: 'roles', routes: rolesRoutes, seed: seedRoles });
