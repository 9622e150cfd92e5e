import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import { type Clock, MACHINE_CLOCK, NotForward, type Turning } from './clock.ts';
import type { Queryable } from './db/sql.ts';
import type { LiveEvents } from './events/live.ts';

/** One piece of work may make another one due: items are deleted only when they were counted. */
const ROUNDS = 2;

interface Needs {
  readonly db: Queryable;
  readonly live: LiveEvents;
  readonly log: FastifyBaseLogger;
}

/**
 * A clock that tests turn, the same on all nodes and in the database: each node adds what one row says
 * (db/test-clock.ts). Time only goes forward. Otherwise, everything that was remembered "until then", here or
 * at a client, would stay remembered for as long as the clock was turned back.
 */
export async function openTestClock({ db, live, log }: Needs): Promise<Clock> {
  const machine = MACHINE_CLOCK.now;
  const waiting = new Set<() => Promise<unknown>>();
  let ahead = 0;
  let catchingUp: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const row = await db.first<{ ahead: number }>({
      name: 'test-clock-look',
      text: 'select ahead_ms as ahead from test_clock.turned',
      values: [],
    });
    // If two readings are under way, the later turn counts.
    ahead = Math.max(ahead, row!.ahead);
  }

  async function catchUp(): Promise<void> {
    await look();
    for (let round = 0; round < ROUNDS; round++) {
      const results = await Promise.allSettled([...waiting].map((work) => work()));
      for (const result of results)
        if (result.status === 'rejected')
          log.warn({ err: result.reason }, 'work that a turn of the clock made due failed');
    }
  }

  live.on('clock', () => {
    catchingUp = catchUp().catch((err: unknown) => log.warn({ err }, 'the test clock cannot be read'));
  });
  await look();

  const turning: Turning = {
    ahead: () => ahead,
    look,
    async turn(tx, turn) {
      const before = (await tx.first<{ time: number }>(sql`
        select extract(epoch from pg_catalog.clock_timestamp()) * 1000 + ahead_ms as time
          from test_clock.turned for update`))!;
      const by = Math.ceil('by' in turn ? turn.by : turn.to - before.time);
      if (by <= 0) throw new NotForward();
      await tx.execute(sql`
        update test_clock.turned
           set before_ms = ahead_ms, ahead_ms = ahead_ms + ${by}, turned_at = pg_catalog.clock_timestamp()`);
      return by;
    },
    caughtUp() {
      live.notify('clock');
      return catchingUp;
    },
  };
  return {
    now: () => machine() + ahead,
    onTurn(work) {
      waiting.add(work);
      return () => waiting.delete(work);
    },
    turning,
  };
}
