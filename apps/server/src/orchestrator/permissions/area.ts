import { area } from '../../kernel/area.ts';
import { permissionsRoutes } from './routes.ts';

export const permissionsArea = area({ name: 'permissions', routes: permissionsRoutes });
