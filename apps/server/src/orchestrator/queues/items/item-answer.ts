import type { Selected } from '../../../kernel/contract/page.ts';
import type { QueueItem } from './contract.ts';

/** An item in the form that answers have. */
export type ItemAnswer = Selected<(typeof QueueItem)['fields']>;
