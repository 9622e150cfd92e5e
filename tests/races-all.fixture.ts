import type { Race } from './races.fixture.ts';
import { DELETED_RACES } from './races-deleted.fixture.ts';
import { EXPORT_RACES } from './races-exports.fixture.ts';
import { LEAVING_ITEM_RACES } from './races-leaving-items.fixture.ts';
import { LIFE_RACES } from './races-lives.fixture.ts';
import { LOG_RACES } from './races-logs.fixture.ts';
import { QUEUE_RACES } from './races-queues.fixture.ts';
import { SAME_NAME_RACES } from './races-same-name.fixture.ts';

export const RACES: readonly Race[] = [
  ...QUEUE_RACES,
  ...LEAVING_ITEM_RACES,
  ...EXPORT_RACES,
  ...LIFE_RACES,
  ...DELETED_RACES,
  ...SAME_NAME_RACES,
  ...LOG_RACES,
];
