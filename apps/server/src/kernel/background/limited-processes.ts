import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The work took more time, or more memory, than it may. */
export class TooMuchWork extends Error {}
/** More work is waiting already than will be done soon, or this has waited for too long. */
export class TooMuchWaiting extends Error {}
/** The system has no process, or no memory for one, just now. */
export class NoProcess extends Error {}

export interface LimitedOptions {
  /** Calls `answerWithin` (answer-within.ts). */
  readonly file: URL;
  readonly size: number;
  readonly mostWaiting: number;
  /**
   * Milliseconds after which a task that no process has begun is not begun any more: whoever asked has gone,
   * and others wait behind it.
   */
  readonly longestWaitMs: number;
}

export interface Limited<In, Out> {
  run(message: In): Promise<Out>;
}

interface Task<In, Out> {
  readonly message: In;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: Error) => void;
  readonly until: number;
}

/** Whatever the clock of the processor says. */
const LONGEST_MS = 60_000;
const MEMORY_MB = 256;

/**
 * A few processes for work that people's input may make long. One that takes too much ends itself and its
 * caller is told; the next task gets a new one. They start at the first use, and do not keep this process
 * alive while they have nothing to do.
 *
 * Not threads: what fills its memory fast enough ends the whole process from within a thread, in
 * spite of the thread's limit.
 */
export function limitedProcesses<In, Out>(options: LimitedOptions): Limited<In, Out> {
  const idle: ChildProcess[] = [];
  const waiting: Task<In, Out>[] = [];
  let alive = 0;

  const next = (): void => {
    while (waiting.length > 0) {
      if (performance.now() > waiting[0]!.until) {
        waiting.shift()!.reject(new TooMuchWaiting());
        continue;
      }
      const child = idle.pop() ?? (alive < options.size ? start() : undefined);
      if (!child) return;
      give(child, waiting.shift()!);
    }
  };

  const start = (): ChildProcess => {
    const child = fork(fileURLToPath(options.file), [], {
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${MEMORY_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    alive++;
    let isGone = false;
    const gone = (): void => {
      if (isGone) return;
      isGone = true;
      alive--;
      const place = idle.indexOf(child);
      if (place >= 0) idle.splice(place, 1);
      next();
    };
    // A process that could not be started has no exit.
    child.once('error', gone).once('exit', gone);
    return child;
  };

  const give = (child: ChildProcess, task: Task<In, Out>): void => {
    let isOver = false;
    const over = (): boolean => {
      if (isOver) return false;
      isOver = true;
      clearTimeout(end);
      child.off('message', hear).off('exit', ended).off('error', notStarted);
      return true;
    };
    const ended = (): void => {
      if (over()) task.reject(new TooMuchWork());
    };
    const notStarted = (): void => {
      if (over()) task.reject(new NoProcess());
    };
    const hear = (answer: unknown): void => {
      if (!over()) return;
      task.resolve(answer as Out);
      child.unref();
      child.channel?.unref();
      idle.push(child);
      next();
    };
    const end = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    child.on('message', hear).once('exit', ended).once('error', notStarted);
    child.ref();
    child.channel?.ref();
    // What cannot be sent has a process that is ending; `exit` tells it.
    child.send(task.message as object, () => {});
  };

  return {
    run: (message) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= options.mostWaiting) return reject(new TooMuchWaiting());
        waiting.push({ message, resolve, reject, until: performance.now() + options.longestWaitMs });
        next();
      }),
  };
}
