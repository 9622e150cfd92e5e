import { setTimeout as delay } from 'node:timers/promises';

export type Backoff = { next(atLeastMs?: number): Promise<void>; reset(): void };

/**
 * The first wait takes 0.2 s; each one doubles the last, up to 15 s. A random fifth keeps a hundred robots
 * from returning at once.
 */
export function backoff(signal: AbortSignal, maxMs = 15_000): Backoff {
  let waitMs = 200;
  return {
    async next(atLeastMs = 0) {
      const ms = Math.max(waitMs, atLeastMs) * (0.9 + Math.random() / 5);
      waitMs = Math.min(waitMs * 2, maxMs);
      await delay(ms, undefined, { signal });
    },
    reset() {
      waitMs = 200;
    },
  };
}

/** Ends early when the signal fires, and throws nothing. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
