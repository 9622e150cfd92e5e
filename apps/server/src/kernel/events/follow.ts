import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import { claim } from '../background/claim.ts';
import type { Database, Transaction } from '../db/sql.ts';
import type { Event } from './event.ts';
import { BEGINNING, type EventPlace, type FollowedEvent, presentPlace, readEvents } from './read-events.ts';

export interface Following {
  /** The name of its cursor, which outlives the server. A follower with another name starts anew. */
  readonly name: string;
  /** Default: all. */
  readonly types?: readonly Event[];
  /** Where the very first turn begins. */
  readonly from: 'beginning' | 'now';
  /**
   * Handles some events in their order, each at least once. What it writes in the transaction is committed
   * together with the cursor, so it happens once. Anything else that it does may happen again.
   */
  readonly run: (tx: Transaction, events: readonly FollowedEvent[]) => Promise<unknown>;
}

const MOST = 500;
const LOOK_MS = 1000;
/** After this time, a cursor with nothing to read moves, so that keep-events.ts may drop older events. */
const MOVES_SECONDS = 3600;

/**
 * Follows events from the cursor on, on one node at a time. If that node dies, another one continues. Answers
 * how to stop, which waits for the turn that is under way.
 */
export function follow(
  following: Following,
  { db, log }: { readonly db: Database; readonly log: FastifyBaseLogger },
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = (async () => {
    while (!signal.aborted) {
      const isMore = await followOnce(db, following, log).catch((error: unknown) => {
        log.warn({ err: error, follower: following.name }, 'events were not followed; it is tried again');
        return false;
      });
      if (!isMore) await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await work;
  };
}

/** One turn. Answers whether there is more to do at once. */
export const followOnce = (
  db: Database,
  { name, types, from, run }: Following,
  log?: Pick<FastifyBaseLogger, 'warn'>,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    if (!(await claim(tx, `follow ${name}`))) return false;
    const { hasRested, ...after } = await cursorOf(tx, name, from);
    const where = types && { where: sql`e.type = any(${types.map(({ type }) => type)}::text[])` };
    const read = await readEvents(tx, after, { of: types, ...where, most: MOST });
    const { events, next, lookedAt, isEnd, isCut } = read;
    if (isCut) log?.warn({ follower: name, after }, 'events were dropped before they were followed');
    if (events.length > 0) await run(tx, events);
    if (lookedAt > 0 || hasRested)
      await tx.execute(sql`
        update event_cursors set xid = ${next.xid}::xid8, id = ${next.id}, moved_at = now() where name = ${name}`);
    return !isEnd;
  });

interface Cursor extends EventPlace {
  readonly hasRested: boolean;
}

async function cursorOf(tx: Transaction, name: string, from: Following['from']): Promise<Cursor> {
  const known = await tx.first<Cursor>(sql`
    select xid::text as xid, id, moved_at < now() - make_interval(secs => ${MOVES_SECONDS}) as "hasRested"
      from event_cursors where name = ${name}`);
  if (known) return known;
  const begin = from === 'beginning' ? BEGINNING : await presentPlace(tx);
  await tx.execute(sql`
    insert into event_cursors (name, xid, id) values (${name}, ${begin.xid}::xid8, ${begin.id})`);
  return { ...begin, hasRested: false };
}
