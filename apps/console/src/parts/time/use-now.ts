import { useSyncExternalStore } from 'react';

/** The clock of the browser. */
export const timeNow = (): number => Date.now();

/** One timer for all times on the page: it ticks each second while any is shown. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (!document.hidden) for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * The time, in steps: a component that asks for minutes is drawn anew once a minute.
 * @param step milliseconds, or a function of the time
 */
export const useNow = (step: number | ((now: number) => number)): number =>
  useSyncExternalStore(subscribe, () => {
    const now = timeNow();
    const length = typeof step === 'number' ? step : step(now);
    return Math.floor(now / length) * length;
  });
