import type { FastifyBaseLogger } from 'fastify';

export interface RepeatedWork {
  readonly name: string;
  readonly everySeconds: number;
  /** Must be safe on several nodes at once: what it does, it claims in SQL. */
  readonly run: () => Promise<unknown>;
}

/** Runs work again and again, never twice at a time in this process. A failure is logged and the next turn comes. Answers how to stop. */
export function repeat(
  { name, everySeconds, run }: RepeatedWork,
  log: FastifyBaseLogger,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> | undefined;
  let isStopped = false;
  const next = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      turn = takeTurn();
    }, everySeconds * 1000);
  };
  const takeTurn = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.warn({ err: error, work: name }, 'background work failed; it is tried again');
    }
    next();
  };
  next();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await turn;
  };
}
