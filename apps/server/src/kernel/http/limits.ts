import { wholeNumber } from '../settings.ts';

/** A quarter of what PostgreSQL accepts as one value, because sealed and escaped text is longer. */
export const MOST_TEXT = 256 * 2 ** 20;

/** The largest JSON body, in bytes. It is held in memory several times. */
export const JSON_LIMIT = wholeNumber('BATON_JSON_LIMIT', {
  help: 'largest JSON body in bytes, also of a bulk add of queue items: 15000 of 1 kB each fit',
  default: 16 * 2 ** 20,
  min: 65_536,
  max: MOST_TEXT,
});

/** The rows of a list: the largest `$top`, and the number that comes without one. */
export const PAGE_ROWS = wholeNumber('BATON_PAGE_ROWS', {
  help: 'largest $top of a list, and its rows without $top',
  default: 1000,
  min: 1,
  max: 100_000,
});
