import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { databaseError } from './unavailable.ts';

const RETRY_MS = { first: 50, most: 5000 };

/** A router may drop an idle connection silently. A query from time to time finds out. */
const PROBE_MS = 30_000;

interface Listening {
  readonly config: pg.ClientConfig;
  readonly log: Logger;
  readonly channel: string;
  readonly heard: (payload: string) => void;
}

/** Throws if the first connection fails. Afterwards it reconnects until it is stopped. */
export async function listen({ config, log, channel, heard }: Listening): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  let client = await connect();
  let reconnecting: Promise<void> | undefined;

  function tell(payload: string): void {
    try {
      heard(payload);
    } catch (error) {
      log.error({ err: error, channel }, 'a listener failed');
    }
  }

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({ ...config, keepAlive: true, query_timeout: 10_000 });
    // Both events can come for one loss, and an error without a handler would end the process.
    next.on('error', (error) => log.debug({ err: error, channel }, 'listening connection failed'));
    next.on('notification', (message) => tell(message.payload ?? ''));
    try {
      await next.connect();
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await next.end().catch(() => {});
      throw databaseError(error);
    }
    next.once('end', lost);
    return next;
  }

  function lost(): void {
    if (!stopping.signal.aborted) reconnecting ??= reconnect().finally(() => (reconnecting = undefined));
  }

  async function reconnect(): Promise<void> {
    log.warn({ channel }, 'listening connection lost');
    for (let wait = RETRY_MS.first; !stopping.signal.aborted; wait = Math.min(wait * 2, RETRY_MS.most)) {
      try {
        client = await connect();
        if (stopping.signal.aborted) await client.end().catch(() => {});
        else tell('');
        return;
      } catch (error) {
        log.debug({ err: error, channel }, 'cannot listen yet');
        await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  const probe = setInterval(() => {
    client.query('SELECT 1').catch(() => client.end().catch(() => {}));
  }, PROBE_MS).unref();

  return async () => {
    stopping.abort();
    clearInterval(probe);
    await reconnecting;
    await client.end().catch(() => {});
  };
}
