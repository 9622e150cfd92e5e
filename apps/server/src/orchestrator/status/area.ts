import { area } from '../../kernel/area.ts';
import { statusRoutes } from './routes.ts';

export const statusArea = area({ name: 'status', routes: statusRoutes });
