import { area } from '../../kernel/area.ts';
import { settingsRoutes } from './routes.ts';

export const settingsArea = area({ name: 'settings', routes: settingsRoutes });
