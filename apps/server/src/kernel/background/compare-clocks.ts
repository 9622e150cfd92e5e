import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/sql.ts';

/** Less makes no difference to anybody: tokens are taken that are so much too young. */
export const ALIKE_SECONDS = 5;

interface Clocks {
  readonly db: Queryable;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: FastifyBaseLogger;
}

/**
 * The database's clock is the one that all nodes see. A node that is far from it may be far from the others:
 * they refuse its tokens as not yet good, or as over, and no error of theirs would say why.
 */
export async function compareClocks({ db, now, log }: Clocks): Promise<void> {
  const asked = now();
  const row = await db.first<{ ms: number }>(sql`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`);
  const answered = now();
  // Somewhere between the question and the answer: a slow answer is no difference.
  const ahead = asked > row!.ms ? asked - row!.ms : Math.min(0, answered - row!.ms);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (seconds <= ALIKE_SECONDS) return;
  log.warn(
    { seconds: ahead > 0 ? seconds : -seconds },
    `the clock of this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's: nodes refuse each other's tokens unless their clocks are alike (NTP)`,
  );
}
