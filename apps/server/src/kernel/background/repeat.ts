import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock.ts';

export interface RepeatedWork {
  readonly name: string;
  readonly everySeconds: number;
  /**
   * Must be safe on several nodes at once: what it does, it claims in SQL. `isTurned`: somebody has turned
   * the time, and a turn that another node had begun before may not have seen it.
   */
  readonly run: (isTurned: boolean) => Promise<unknown>;
}

/** The first run comes soon, so that hourly work is also done by servers that never run for an hour. */
const FIRST_AFTER_SECONDS = 60;

/**
 * Runs work again and again, and after somebody has turned the clock. It never runs twice at a time in this
 * process. A failure is logged, and the next run comes. Answers how to stop it.
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
