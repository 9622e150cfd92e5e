import type { Logger } from 'pino';

/** What stops in order gets this long; then the process ends all the same. */
const STOP_MS = 15_000;

/**
 * Errors that nobody caught. Whatever was under way is in an unknown state, so the process ends: the first
 * one is logged with its stack and aborts the signal, whose owner stops in order and exits with a code that
 * is not 0. Whoever supervises the process starts it again (worker-processes.ts, for `BATON_PROCESSES`). Where
 * stopping hangs it ends without.
 */
export function unexpectedErrors(log: Logger): AbortSignal {
  const failed = new AbortController();
  const end = (err: unknown, origin: string): void => {
    log.fatal({ err, origin }, 'an error that nobody caught: the server stops, to be started again');
    if (failed.signal.aborted) return;
    process.exitCode = 1;
    const last = setTimeout(() => {
      log.fatal('stopping took too long');
      log.flush();
      process.exit(1);
    }, STOP_MS);
    last.unref();
    failed.abort(err);
  };
  process.on('uncaughtException', (error) => end(error, 'uncaughtException'));
  process.on('unhandledRejection', (reason) => end(reason, 'unhandledRejection'));
  return failed.signal;
}
