import type { Transaction } from './db/sql.ts';
import { flag } from './settings.ts';

/**
 * The one clock of a server. Every decision that depends on time reads it: here by `now`, in SQL by `now()`
 * and `clock_timestamp()`. `scripts/find-clocks.ts` finds code that reads another one.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Calls back when somebody has turned the clock. The promise lasts until the work that became due is done.
   * Answers how to stop it.
   */
  onTurn(catchUp: () => Promise<unknown>): () => void;
  /** Absent if nobody can turn it. */
  readonly turning?: Turning;
}

/** How tests turn the clock (test-clock.ts). */
export interface Turning {
  /** How many milliseconds it is ahead of the machine's. */
  ahead(): number;
  /**
   * Reads what other nodes may have turned. It runs before each call, so that a call after a turn sees it.
   */
  look(): Promise<void>;
  /** Answers by how many milliseconds. Throws NotForward. Call `caughtUp` after the commit. */
  turn(tx: Transaction, turn: Turn): Promise<number>;
  /** Tells all nodes to do what is due now. Resolves when this node has. */
  caughtUp(): Promise<void>;
}

/** Either by a number of milliseconds, or to a moment in milliseconds since 1970. */
export type Turn = { readonly by: number } | { readonly to: number };

/** The requested moment is not later than now. */
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
