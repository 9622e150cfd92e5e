import type { Transaction } from './db/sql.ts';
import { flag } from './settings.ts';

/**
 * The one clock of a server. Every decision that depends on time reads it: here by `now`, in SQL by `now()`
 * and `clock_timestamp()`. `scripts/find-clocks.ts` finds what reads another one.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Calls back when somebody has turned the time; the promise holds until what became due is done. Answers
   * how to stop.
   */
  onTurn(catchUp: () => Promise<unknown>): () => void;
  /** Absent where nobody can turn it. */
  readonly turning?: Turning;
}

/** How tests turn the time (test-clock.ts). */
export interface Turning {
  /** Milliseconds by which it is ahead of the machine's. */
  ahead(): number;
  /** Reads what other nodes may have turned; before each call, so that one that follows a turn sees it. */
  look(): Promise<void>;
  /** Answers by how many milliseconds; throws NotForward. Call `caughtUp` after the commit. */
  turn(tx: Transaction, turn: Turn): Promise<number>;
  /** Tells all nodes to do what is due now; done when this one has. */
  caughtUp(): Promise<void>;
}

/** Either by so many milliseconds, or to a moment: milliseconds since 1970. */
export type Turn = { readonly by: number } | { readonly to: number };

/** The moment that was asked for is not later than now. */
export class NotForward extends Error {
  override readonly name = 'NotForward';
}

/** The clock of this machine, which nobody turns. */
export const MACHINE_CLOCK: Clock = { now: Date.now, onTurn: () => () => undefined };

export const TEST_CLOCK = flag('BATON_TEST_CLOCK', {
  help:
    'true: tests may turn the time of the server and its database, at /api/TestClock; needs an empty database and' +
    ' a loopback address, and refuses BATON_PUBLIC_URL',
});
