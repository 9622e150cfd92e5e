import type { Queryable } from '../../../kernel/db/sql.ts';
import type { LiveEvents, Topic } from '../../../kernel/events/live.ts';
import { remember } from '../../../kernel/remember.ts';

const MOST = 50_000;

/**
 * Rows that nearly every call needs. Each node remembers them until a notice comes or a few seconds pass. A
 * row that was not found is not remembered. A queue that another node has just deleted is still found here;
 * the statement that adds to it then finds that it is gone.
 */
export type FindRow<Row> = (wanted: Wanted<Row>) => Promise<Row | undefined>;

interface Wanted<Row> {
  readonly key: string;
  readonly read: (db: Queryable) => Promise<Row | undefined>;
  readonly db: Queryable;
}

export const rememberRows = <Row>(
  what: 'queues' | 'robots',
  live: LiveEvents,
  clock: () => number,
  topics: readonly Topic[],
): FindRow<Row> =>
  remember({
    what,
    clock,
    keyOf: ({ key }: Wanted<Row>) => key,
    ask: ({ read, db }) => read(db),
    keeps: (row) => row !== undefined,
    forgetOn: { live, topics },
    most: MOST,
  });
