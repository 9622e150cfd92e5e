import { NotForward, type Turn } from '../../kernel/clock.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { keepReporting } from '../robots-service/keep-reporting.ts';
import { getTestClock, type TestClockState, turnTestClock } from './contract.ts';

/** The routes of a server whose time tests may turn. */
export const testClockRoutes: readonly Route[] = [
  handle(getTestClock, stateOf),
  handle(turnTestClock, turnClock),
];

/** The last day that ISO 8601 can write, because a year has four digits. */
const LAST = Date.parse('9999-12-31T00:00:00Z');
const MOST_SECONDS = (LAST - Date.parse('2000-01-01T00:00:00Z')) / 1000;

function stateOf({ now, clock: { turning } }: Context): OutputOf<typeof TestClockState> {
  return { time: new Date(now()).toISOString(), aheadSeconds: turning!.ahead() / 1000 };
}

async function turnClock(
  ctx: Context,
  { body }: InputFor<typeof turnTestClock>,
): Promise<AnswerFor<typeof turnTestClock>> {
  const turning = ctx.clock.turning!;
  const turn = readTurn(ctx.now(), body);
  let caughtUp: Promise<void> | undefined;
  await ctx.transaction(async (tx) => {
    const by = await turning.turn(tx, turn).catch((error: unknown) => {
      throw error instanceof NotForward ? invalid('time', 'is not later than the time of the server') : error;
    });
    if (body.robotsReport ?? true) await keepReporting(tx, by);
    tx.afterCommit(() => {
      caughtUp = turning.caughtUp();
    });
  });
  // A call with an Idempotency-Key commits later, together with its answer.
  await caughtUp;
  ctx.log.info({ turn }, 'the time was turned');
  return stateOf(ctx);
}

function readTurn(now: number, { advanceSeconds, time }: InputFor<typeof turnTestClock>['body']): Turn {
  if ((advanceSeconds ?? null) === null && (time ?? null) === null)
    throw invalid('advanceSeconds', 'or time is needed');
  if (advanceSeconds != null && time != null) throw invalid('time', 'and advanceSeconds exclude each other');
  if (advanceSeconds == null) return { to: Date.parse(time!) };
  if (advanceSeconds <= 0) throw invalid('advanceSeconds', 'has to be more than 0: time only goes forward');
  if (advanceSeconds > MOST_SECONDS || now + advanceSeconds * 1000 > LAST)
    throw invalid('advanceSeconds', 'leads beyond the year 9999');
  return { by: advanceSeconds * 1000 };
}
