import { area } from '../../kernel/area.ts';
import { TEST_CLOCK } from '../../kernel/clock.ts';
import { testClockRoutes } from './routes.ts';

export const testClockArea = area({ name: 'test-clock', routes: testClockRoutes, isOn: TEST_CLOCK });
