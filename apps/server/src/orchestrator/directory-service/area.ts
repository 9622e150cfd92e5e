import { area } from '../../kernel/area.ts';
import { directoryServiceRoutes } from './routes.ts';

export const directoryServiceArea = area({ name: 'directory-service', routes: directoryServiceRoutes });
