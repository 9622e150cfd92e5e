import { JSON_LIMIT, MOST_TEXT } from '../../kernel/http/limits.ts';
import { wholeNumber } from '../../kernel/settings.ts';

/** The defaults are those of the API's guide. */
export const queueSettings = {
  abandonMinutes: wholeNumber('BATON_QUEUE_ABANDON_MINUTES', {
    help: 'minutes without a result until a transaction is abandoned',
    default: 1440,
    min: 1,
    max: 43_200,
  }),
  // Edits take milliseconds, archiving a batch of old items seconds.
  lockSeconds: wholeNumber('BATON_QUEUE_LOCK_SECONDS', {
    help: 'how long a start waits for an item that somebody else has locked, until it is answered 503',
    default: 30,
    min: 1,
    max: 600,
  }),
  itemPageRows: wholeNumber('BATON_QUEUE_ITEM_PAGE_ROWS', {
    help: 'the same as BATON_PAGE_ROWS for items of queues; hosted version 20 has 100',
    default: 1000,
    min: 1,
    max: 100_000,
  }),
  bulkItems: wholeNumber('BATON_QUEUE_BULK_ITEMS', {
    help: 'most items in one bulk add',
    default: 15_000,
    min: 1,
    max: 1_000_000,
  }),
  dataBytes: wholeNumber('BATON_QUEUE_DATA_BYTES', {
    help: "most bytes in each of an item's SpecificContent, Output and Analytics, as JSON in UTF-8",
    default: 2 ** 20,
    min: 2,
    max: MOST_TEXT,
    within: JSON_LIMIT,
  }),
  progressCharacters: wholeNumber('BATON_QUEUE_PROGRESS_CHARACTERS', {
    help: "most characters in an item's Progress",
    default: 2 ** 20,
    min: 1,
    max: MOST_TEXT,
  }),
  exceptionCharacters: wholeNumber('BATON_QUEUE_EXCEPTION_CHARACTERS', {
    help: 'most characters in each text of a processing exception',
    default: 2 ** 20,
    min: 1,
    max: MOST_TEXT,
  }),
  slaMinutes: wholeNumber('BATON_QUEUE_SLA_MINUTES', {
    help: 'largest SLA of a queue',
    default: 129_600,
    min: 1,
    max: 2 ** 31 - 1,
  }),
};
