import type { Queryable } from '../../../kernel/db/sql.ts';
import type { LiveEvents } from '../../../kernel/events/live.ts';

/** Notices on this topic: a queue was made, changed, shared or deleted. Send one after the commit of each. */
export const QUEUES_TOPIC = 'queues';

/** What a notice that got lost costs: a queue's old settings for so long. */
const REMEMBERED_MS = 30_000;
const MOST = 50_000;

/**
 * Rows that nearly every call needs, remembered by each node until a notice or half a minute passes. What was not found is not
 * remembered. A queue that another node has just deleted is still found here; the statement that adds to it then finds it gone.
 */
export interface Remembered<Row> {
  find(
    key: string,
    read: (db: Queryable) => Promise<Row | undefined>,
    db: Queryable,
  ): Promise<Row | undefined>;
}

export function rememberRows<Row>(
  live: LiveEvents,
  now: () => number,
  topics: readonly string[],
): Remembered<Row> {
  const known = new Map<string, { readonly row: Promise<Row | undefined>; readonly until: number }>();
  for (const topic of topics) live.on(topic, () => known.clear());
  return {
    find(key, read, db) {
      const found = known.get(key);
      if (found && found.until > now()) return found.row;
      const row = read(db);
      const entry = { row, until: now() + REMEMBERED_MS };
      const forget = (): void => {
        if (known.get(key) === entry) known.delete(key);
      };
      row.then((value) => value === undefined && forget(), forget);
      if (known.size >= MOST) known.clear();
      known.set(key, entry);
      return row;
    },
  };
}
