import type { Topic } from '../events/live.ts';
import type { Services } from '../http/context.ts';

export interface NoticedWork {
  readonly name: string;
  readonly topic: Topic;
  /**
   * The longest time between two looks, in case a notice is lost: another node finds within it what a
   * dead node left.
   */
  readonly lookSeconds: number;
  /**
   * Does everything there is to do, until the signal. Must be safe on several nodes at once: it claims its
   * work in SQL.
   */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Does work when a notice comes, at the start, from time to time, and after somebody has turned the
 * clock. It never runs twice at a time in this process. A notice during a run causes one more run.
 * Answers how to stop it.
 */
export function onNotice(
  { name, topic, lookSeconds, run }: NoticedWork,
  { live, log, clock }: Pick<Services, 'live' | 'log' | 'clock'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let working: Promise<void> | undefined;
  let again = false;
  const work = async (): Promise<void> => {
    do {
      again = false;
      await run(signal);
    } while (again && !signal.aborted);
  };
  const wake = (): void => {
    again = true;
    working ??= work()
      .catch((error: unknown) => log.error({ err: error, work: name }, 'background work failed'))
      .finally(() => {
        working = undefined;
      });
  };
  const silence = live.on(topic, wake);
  const deafen = clock.onTurn(async () => {
    wake();
    await working;
  });
  const timer = setInterval(wake, lookSeconds * 1000).unref();
  wake();
  return async () => {
    stopping.abort();
    silence();
    deafen();
    clearInterval(timer);
    await working;
  };
}
