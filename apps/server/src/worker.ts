import type { Config } from './config.ts';
import { openLog, startListening } from './main.ts';
import { unexpectedErrors } from './unexpected-errors.ts';
import type { Told, Word } from './worker-processes.ts';

// One of several equal servers behind a port (worker-processes.ts). It ends when it is told to, or with the
// process that started it.

// A terminal signals the whole process group, but only the process that holds the port says when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

let starting: Promise<() => Promise<void>> | undefined;

process.on('message', async (word: Word) => {
  if (word === 'stop') {
    const stop = await starting;
    await stop?.();
    process.exit(0);
  }
  starting = start(word);
});

async function start(config: Config): Promise<() => Promise<void>> {
  try {
    const log = openLog(config);
    const failed = unexpectedErrors(log);
    const { url, stop } = await startListening(config, log);
    whenAborted(failed, () => void stop().finally(() => process.exit(1)));
    await tell({ url });
    return stop;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    await tell({ failed: { message, code } });
    process.exit(1);
  }
}

function whenAborted(signal: AbortSignal, work: () => void): void {
  if (signal.aborted) work();
  else signal.addEventListener('abort', work, { once: true });
}

function tell(told: Told): Promise<void> {
  return new Promise((resolve) => process.send!(told, () => resolve()));
}
