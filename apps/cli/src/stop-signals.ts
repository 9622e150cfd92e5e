import { launchers, whenOneEnds } from './launchers.ts';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * A terminal signals the whole group, and npm and the launcher pass on what they get: one Ctrl-C arrives up
 * to three times.
 */
const SAME_KEYSTROKE_MS = 1000;

/**
 * Aborts at the first signal to stop, or when the npm that started this has ended; the reason says which. A
 * signal that comes a second or more later ends the process at once. Installed for good: between the end of
 * the work and the exit a repeated signal is nothing to die of.
 */
export function stopSignal(): AbortSignal {
  const asked = new AbortController();
  let first = 0;
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (!asked.signal.aborted) {
        first = performance.now();
        asked.abort(name);
      } else if (performance.now() - first > SAME_KEYSTROKE_MS) {
        process.exit(128 + number);
      }
    });
  }
  whenOneEnds(launchers(process.env), () => {
    if (!asked.signal.aborted) first = performance.now();
    asked.abort('npm has ended');
  });
  return asked.signal;
}

/** Settles when asked to stop. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
