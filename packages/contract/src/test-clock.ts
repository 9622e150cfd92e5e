// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from './operation.ts';

export interface TestClockDto {
  /** What the server and its database take for now. */
  readonly time: string;
  /** By how much that is ahead of the machine's clock. */
  readonly aheadSeconds: number;
}

export interface TurnTestClockRequest {
  /** By how much; either this or time. */
  readonly advanceSeconds?: number | null;
  /** To when; either this or advanceSeconds. */
  readonly time?: string | null;
  /**
   * Whether connected robots count as having sent heartbeats meanwhile, as real ones do; default true. False:
   * they were silent.
   */
  readonly robotsReport?: boolean | null;
}

/** The time of a server under test. */
export const getTestClock: Operation<NoInput, TestClockDto> = {
  id: 'TestClock_Get',
  method: 'GET',
  path: '/api/TestClock',
  answer: 'plain',
};

/** Turns the time forward, on all nodes. Answers when this one has done what became due. */
export const turnTestClock: Operation<{ readonly body: TurnTestClockRequest }, TestClockDto> = {
  id: 'TestClock_Turn',
  method: 'POST',
  path: '/api/TestClock',
  answer: 'plain',
};
