import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Transaction } from '../db/sql.ts';

/** Each topic has a listener. */
export type Topic =
  | 'access'
  | 'bulk'
  | 'clock'
  | 'exports'
  | 'folders'
  | 'jobs'
  | 'mails'
  | 'queues'
  | 'robots'
  | 'tenants';

/**
 * Tells the processes of an installation that something happened, but not what: listeners look into the
 * database. A notice that fails is sent again. One can still be lost with its process, so whoever depends on
 * notices also looks from time to time.
 */
export interface LiveEvents {
  /** `key` narrows the topic, e.g. to a machine by its id. Send it after the commit. */
  notify(topic: Topic, key?: string): void;
  /** Calls back for each notice of a topic, from this process or another. Answers how to stop. */
  on(topic: Topic, heard: (key: string) => void): () => void;
  close(): Promise<void>;
}

/** Sends notices of these topics once the transaction is committed. */
export const wake = (
  tx: Transaction,
  { live }: { readonly live: Pick<LiveEvents, 'notify'> },
  ...topics: readonly Topic[]
): void =>
  tx.afterCommit(() => {
    for (const topic of topics) live.notify(topic);
  });

const CHANNEL = 'baton_live';
const RETRY_MS = { first: 100, most: 5000 };

export async function createLiveEvents(db: Database): Promise<LiveEvents> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const sender = crypto.randomUUID().slice(0, 8);
  const waiting = new Set<string>();
  let sending: Promise<unknown> | undefined;
  const unlisten = await db.listen(CHANNEL, (payload) => {
    // An empty payload follows a reconnect. Something may have been missed, so every topic is due.
    if (payload === '') for (const topic of emitter.eventNames()) emitter.emit(topic, '');
    const [from, topic, key] = payload.split(' ');
    if (topic && from !== sender) emitter.emit(topic, key ?? '');
  });
  const closing = new AbortController();
  /**
   * Notices are collected while one statement is under way, so a hot path never sends a NOTIFY for each row.
   */
  const flush = async (): Promise<void> => {
    for (let wait = RETRY_MS.first; waiting.size > 0; ) {
      const batch = [...waiting];
      waiting.clear();
      try {
        await db.query({
          name: 'live-notify',
          text: `select pg_notify('${CHANNEL}', notice) from unnest($1::text[]) as notice`,
          values: [batch],
        });
        wait = RETRY_MS.first;
      } catch {
        if (closing.signal.aborted) break;
        for (const notice of batch) waiting.add(notice);
        await delay(wait, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
        wait = Math.min(wait * 2, RETRY_MS.most);
      }
    }
    sending = undefined;
  };
  return {
    notify(topic, key = '') {
      emitter.emit(topic, key);
      waiting.add(`${sender} ${topic} ${key}`);
      sending ??= flush();
    },
    on(topic, heard) {
      emitter.on(topic, heard);
      return () => emitter.off(topic, heard);
    },
    async close() {
      closing.abort();
      await sending;
      await unlisten();
    },
  };
}
