import { area } from '../../kernel/area.ts';
import { machineEvents } from './events.ts';
import { machineRoutes } from './routes.ts';

export const machinesArea = area({ name: 'machines', routes: machineRoutes, events: machineEvents });
