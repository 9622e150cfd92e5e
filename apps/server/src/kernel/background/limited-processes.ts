import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The work took more time or memory than it may. */
export class TooMuchWork extends Error {}
/** More work is waiting than will be done soon, or this work has waited for too long. */
export class TooMuchWaiting extends Error {}
/** The system has no process, or no memory for one, at the moment. */
export class NoProcess extends Error {}

export interface LimitedOptions {
  /** A program that calls `answerWithin` (answer-within.ts). */
  readonly file: URL;
  readonly size: number;
  readonly mostWaiting: number;
  /**
   * In milliseconds. A task that has waited longer is not begun: its caller has gone, and others
   * wait behind it.
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
 * A few processes for work that input can make long. If a task takes too much, its process ends and the
 * caller is told; the next task gets a new process. Processes start at first use, and idle ones do not keep
 * this process alive.
 *
 * They are not threads: code that fills its memory fast enough ends the whole process, even from a thread
 * with a limit.
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
    // A process that could not be started does not exit.
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
    // If a message cannot be sent, the process is ending, and `exit` reports it.
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
