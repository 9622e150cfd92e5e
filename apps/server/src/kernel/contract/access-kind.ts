import type { Operation } from './operation.ts';

/**
 * Which half of its scope an operation needs: reads for GET, writes for the rest, unless it says otherwise.
 */
export const accessKindOf = (operation: Operation): 'Read' | 'Write' =>
  operation.access ?? (operation.method === 'GET' ? 'Read' : 'Write');
