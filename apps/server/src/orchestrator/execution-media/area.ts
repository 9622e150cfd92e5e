import { area } from '../../kernel/area.ts';
import { executionMediaRoutes } from './routes.ts';

export const executionMediaArea = area({ name: 'execution-media', routes: executionMediaRoutes });
