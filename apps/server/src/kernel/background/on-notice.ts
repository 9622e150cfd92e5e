import type { Topic } from '../events/live.ts';
import type { Services } from '../http/context.ts';

export interface NoticedWork {
  readonly name: string;
  readonly topic: Topic;
  /** Backstop of the notices: what a node left behind when it died is found by another within this time. */
  readonly lookSeconds: number;
  /**
   * All there is to do, until the signal. Must be safe on several nodes at once: what it does, it claims in
   * SQL.
   */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Does work when a notice comes, now, from time to time, and when somebody has turned the time; never twice
 * at a time in this process. A notice that comes meanwhile makes one more turn. Answers how to stop.
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
