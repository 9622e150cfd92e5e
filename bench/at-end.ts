/** What to stop when the benchmark ends: in reverse order, and each once. */
const stops: (() => Promise<unknown>)[] = [];
let isHeard = false;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs `stop` at the end of the process unless it has run before, also after an interruption, a signal to end
 * or a failure. Otherwise a database or a Redis that a benchmark started would outlive it. Answers the same
 * `stop`, for the usual way.
 */
export function atEnd(stop: () => Promise<unknown>): () => Promise<void> {
  listen();
  stops.push(stop);
  return async () => {
    const index = stops.indexOf(stop);
    if (index < 0) return;
    stops.splice(index, 1);
    await stop();
  };
}

function listen(): void {
  if (isHeard) return;
  isHeard = true;
  for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => void end(code));
  process.once('uncaughtException', (error) => {
    console.error(error);
    void end(1);
  });
}

/** A benchmark that is not done in time has failed, and ends. Answers how to say that it is done. */
export function giveUpAfter(minutes: number): () => void {
  const timer = setTimeout(() => {
    console.error(`Failed: it is not done after ${minutes} minutes.`);
    void end(1);
  }, minutes * 60_000);
  return () => clearTimeout(timer);
}

/** How long the end may take. */
const GOODBYE_MS = 60_000;

/** Ends the process and everything that it started. */
export async function end(code: number): Promise<never> {
  setTimeout(() => process.exit(code), GOODBYE_MS);
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: unknown) => console.error('not stopped:', error));
  }
  process.exit(code);
}
