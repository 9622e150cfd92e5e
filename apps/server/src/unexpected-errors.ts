import type { Logger } from 'pino';

/** How long stopping in order may take. After that, the process ends anyway. */
const STOP_MS = 15_000;

/**
 * Handles errors that nobody caught. Work under way is then in an unknown state, so the process ends. The
 * first error is logged with its stack and aborts the signal. The signal's owner stops in order and exits
 * with a code other than 0. Whoever supervises the process starts it again (worker-processes.ts, for
 * `BATON_PROCESSES`). If stopping hangs, the process ends without it.
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
