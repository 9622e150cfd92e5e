import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock.ts';

export interface RepeatedWork {
  readonly name: string;
  readonly everySeconds: number;
  /**
   * Must be safe on several nodes at once: what it does, it claims in SQL. `isTurned`: somebody has turned the
   * time, and a turn that another node had begun before may not have seen it.
   */
  readonly run: (isTurned: boolean) => Promise<unknown>;
}

/**
 * The first turn comes soon, so that what is due once an hour is done by servers, too, that never run for
 * one.
 */
const FIRST_AFTER_SECONDS = 60;

/**
 * Runs work again and again, and when somebody has turned the time; never twice at a time in this process. A
 * failure is logged and the next turn comes. Answers how to stop.
 */
export function repeat(
  { name, everySeconds, run }: RepeatedWork,
  { log, clock }: { readonly log: FastifyBaseLogger; readonly clock: Clock },
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;
  const plan = (seconds: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => takeTurn(false), seconds * 1000);
  };
  const takeTurn = (isTurned: boolean): Promise<void> => (turn = runAfter(turn, isTurned));
  async function runAfter(last: Promise<void>, isTurned: boolean): Promise<void> {
    await last;
    if (isStopped) return;
    try {
      await run(isTurned);
    } catch (error) {
      log.warn({ err: error, work: name }, 'background work failed; it is tried again');
    }
    plan(everySeconds);
  }
  const silence = clock.onTurn(() => takeTurn(true));
  plan(Math.min(everySeconds, FIRST_AFTER_SECONDS));
  return async () => {
    isStopped = true;
    silence();
    clearTimeout(timer);
    await turn;
  };
}
