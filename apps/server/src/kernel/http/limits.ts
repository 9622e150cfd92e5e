import { wholeNumber } from '../settings.ts';

/** A quarter of what PostgreSQL takes as one value: sealed and escaped text is longer. */
export const MOST_TEXT = 256 * 2 ** 20;

/** Largest JSON body, in bytes. It is held in memory several times over. */
export const JSON_LIMIT = wholeNumber('BATON_JSON_LIMIT', {
  help: 'largest JSON body in bytes, also of a bulk add of queue items: 15000 of 1 kB each fit',
  default: 16 * 2 ** 20,
  min: 65_536,
  max: MOST_TEXT,
});

/** Rows of a list: the largest `$top`, and as many come without one. */
export const PAGE_ROWS = wholeNumber('BATON_PAGE_ROWS', {
  help: 'largest $top of a list, and its rows without $top',
  default: 1000,
  min: 1,
  max: 100_000,
});
