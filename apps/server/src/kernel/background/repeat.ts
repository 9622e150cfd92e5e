import type { FastifyBaseLogger } from 'fastify';

export interface RepeatedWork {
  readonly name: string;
  readonly everySeconds: number;
  /** Must be safe on several nodes at once: what it does, it claims in SQL. */
  readonly run: () => Promise<unknown>;
}

/** The first turn comes soon, so that what is due once an hour is done by servers, too, that never run for one. */
const FIRST_AFTER_SECONDS = 60;

/** Runs work again and again, never twice at a time in this process. A failure is logged and the next turn comes. Answers how to stop. */
export function repeat(
  { name, everySeconds, run }: RepeatedWork,
  log: FastifyBaseLogger,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> | undefined;
  let isStopped = false;
  const next = (seconds: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      turn = takeTurn();
    }, seconds * 1000);
  };
  const takeTurn = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.warn({ err: error, work: name }, 'background work failed; it is tried again');
    }
    next(everySeconds);
  };
  next(Math.min(everySeconds, FIRST_AFTER_SECONDS));
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await turn;
  };
}
