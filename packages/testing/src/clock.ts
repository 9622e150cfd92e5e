import type { Client } from '@baton/client/client';
import { getTestClock, type TestClockDto, turnTestClock } from '@baton/contract/test-clock';
import { milliseconds } from './duration.ts';

export interface TurnOptions {
  /**
   * Makes connected robots count as silent for the skipped time. By default they count as having
   * sent their heartbeats.
   */
  readonly robotsSilent?: boolean;
}

/** The clock of a tenant's server and database. It only goes forward. */
export interface Clock {
  now(): Promise<Date>;
  /**
   * Goes forward by `'3 days'`, `'1 hour 30 minutes'` or a number of milliseconds. Returns when the
   * server has caught up.
   */
  advance(duration: string | number, options?: TurnOptions): Promise<Date>;
  /** Goes forward to a moment. Returns when the server has caught up. */
  set(moment: Date | string, options?: TurnOptions): Promise<Date>;
}

export function clockOf(admin: Client): Clock {
  const turn = async (
    to: { readonly advanceSeconds: number } | { readonly time: string },
    { robotsSilent = false }: TurnOptions = {},
  ): Promise<Date> =>
    timeOf(await admin.call(turnTestClock, { body: { ...to, robotsReport: !robotsSilent } }));
  return {
    now: async () => timeOf(await admin.call(getTestClock, {})),
    advance: (duration, options) => turn({ advanceSeconds: milliseconds(duration) / 1000 }, options),
    set: (moment, options) => turn({ time: new Date(moment).toISOString() }, options),
  };
}

const timeOf = ({ time }: TestClockDto): Date => new Date(time);
