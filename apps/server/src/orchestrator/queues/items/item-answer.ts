import type { Selected } from '../../../kernel/contract/page.ts';
import type { QueueItem } from './contract.ts';

/** An item as answers show it. */
export type ItemAnswer = Selected<(typeof QueueItem)['fields']>;
