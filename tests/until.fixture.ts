import { setTimeout as delay } from 'node:timers/promises';

/**
 * Conditions are waited for, not times: this only ends a test that waits in vain, on a machine that is
 * ten times overloaded too.
 */
export const DEADLINE_MS = 300_000;
/**
 * For what is known everywhere within seconds (kernel/remember.ts), on a loaded machine. That a
 * notice came it does not show.
 */
export const SOON_MS = 25_000;
const LOOK_MS = 20;

/**
 * Looks until what it finds is something, and answers that. What a look throws meanwhile counts as no,
 * and is the cause in the end.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(LOOK_MS);
  } while (performance.now() < end);
  throw new Error(`waited ${deadlineMs / 1000} s in vain: ${what}`, { cause: last });
}
