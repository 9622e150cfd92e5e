import type { Race } from './races.fixture.ts';
import { QUEUE_RACES } from './races-queues.fixture.ts';

export const RACES: readonly Race[] = [...QUEUE_RACES];
