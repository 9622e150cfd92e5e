import type { Operation } from './operation.ts';

/**
 * Which half of its scope an operation needs. By default, GET needs Read and every other method needs Write.
 */
export const accessKindOf = (operation: Operation): 'Read' | 'Write' =>
  operation.access ?? (operation.method === 'GET' ? 'Read' : 'Write');
