import { launchers, whenOneEnds } from './launchers.ts';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * A terminal signals the whole group, and npm and the launcher pass on the signals that they get. So one
 * Ctrl-C arrives up to three times.
 */
const SAME_KEYSTROKE_MS = 1000;

/**
 * Aborts at the first signal to stop, or when the npm that started this process has ended. The reason tells
 * which. A signal that comes a second or more later ends the process at once. The handlers stay installed: a
 * repeated signal must not kill the process between the end of its work and its exit.
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

/** Resolves when the signal fires. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
