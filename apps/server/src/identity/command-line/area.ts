import { area } from '../../kernel/area.ts';
import { commandLineRoutes } from './routes.ts';

export const commandLineArea = area({ name: 'command-line', routes: commandLineRoutes });
