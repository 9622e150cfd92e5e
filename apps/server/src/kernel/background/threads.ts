import { Worker } from 'node:worker_threads';

/** The work took more time, or more memory, than it may. */
export class TooMuchWork extends Error {}
/** More work is waiting already than will be done soon. */
export class TooMuchWaiting extends Error {}

export interface ThreadsOptions {
  /** Posts one answer for each message. */
  readonly file: URL;
  readonly size: number;
  /** Milliseconds of the processor: what neighbours take on a busy machine does not count. */
  readonly cpuMs: number;
  readonly mostWaiting: number;
}

export interface Threads<In, Out> {
  run(message: In): Promise<Out>;
}

interface Task<In, Out> {
  readonly message: In;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: Error) => void;
}

const LOOK_MS = 100;
/** Whatever the clock of the processor says. */
const LONGEST_MS = 60_000;
const MEMORY_MB = 256;

/**
 * A few threads for work that people's input may make long. One that takes too much is ended and its caller told; the next task gets a new
 * one. Threads start at the first use, and do not keep the process alive while they have nothing to do.
 */
export function threads<In, Out>(options: ThreadsOptions): Threads<In, Out> {
  const idle: Worker[] = [];
  const waiting: Task<In, Out>[] = [];
  let alive = 0;

  const next = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (alive < options.size ? start() : undefined);
      if (!worker) return;
      give(worker, waiting.shift()!);
    }
  };

  const start = (): Worker => {
    alive++;
    const worker = new Worker(options.file, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    // Its end is heard by whoever waits for it; without a handler it would end the process.
    worker.on('error', () => {});
    worker.once('exit', () => {
      alive--;
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
      next();
    });
    return worker;
  };

  const give = (worker: Worker, task: Task<In, Out>): void => {
    let isOver = false;
    const over = (): boolean => {
      if (isOver) return false;
      isOver = true;
      clearInterval(look);
      worker.off('message', hear).off('exit', ended);
      return true;
    };
    const ended = (): void => {
      if (over()) task.reject(new TooMuchWork());
    };
    const hear = (answer: Out): void => {
      if (!over()) return;
      task.resolve(answer);
      worker.unref();
      idle.push(worker);
      next();
    };
    const started = performance.now();
    const before = usedBy(worker);
    const look = setInterval(async () => {
      const used = (await usedBy(worker)) - (await before);
      if (isOver || (used < options.cpuMs && performance.now() - started < LONGEST_MS)) return;
      ended();
      void worker.terminate();
    }, LOOK_MS);
    worker.on('message', hear).once('exit', ended);
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage(task.message);
  };

  return {
    run: (message) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= options.mostWaiting) return reject(new TooMuchWaiting());
        waiting.push({ message, resolve, reject });
        next();
      }),
  };
}

/** Milliseconds of the processor since the thread began; 0 where it has not yet, or has ended. */
const usedBy = (worker: Worker): Promise<number> =>
  worker.cpuUsage().then(
    ({ user, system }) => (user + system) / 1000,
    () => 0,
  );
