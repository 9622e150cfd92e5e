import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inherited } from './environment.ts';
import type { Ahead } from './runtimes/host.ts';

/** The runner beside this file, with the same extension: `.ts` in the source, `.js` as published. */
const RUNNER = fileURLToPath(import.meta.url.replace('/start-runner.', '/runner.'));
/** How many runners are kept ready: for the kinds of job that came last, such as Python and Node. */
const MOST_READY = 2;
const REFILL_MS = 500;

export type Runners = {
  /**
   * Gives the job to a runner. The job's folder shows whether the runner has claimed it.
   * @param ahead the interpreter that can wait for such a job; null for none
   */
  start(jobFolder: string, ahead: Ahead | null): void;
  /** Starts a new runner, for a job that the ready one did not claim. */
  startAfresh(jobFolder: string): void;
  /** Uses no interpreter any more that was started before: something was installed for it. */
  renew(): void;
  close(): void;
};

/**
 * Keeps runners ready, so that a job does not wait for Node to start, and with each the interpreter that the
 * last jobs had, so that the next one does not wait for that either. A waiting runner ends with the robot,
 * because the robot's end closes its standard input. A runner that has a job goes on.
 */
export function openRunners(environment: NodeJS.ProcessEnv): Runners {
  const env = inherited(environment);
  const ready = new Map<string, ChildProcess>();
  /** The kinds to keep ready, the latest last: an interpreter as JSON, or none. */
  const kinds = new Set<string>();
  let refill: NodeJS.Timeout | undefined;

  const launch = (args: readonly string[], stdin: 'pipe' | 'ignore') => {
    const child = spawn(process.execPath, [RUNNER, ...args], {
      env,
      stdio: [stdin, 'ignore', 'ignore'],
      detached: true, // the robot's terminal, service manager or killer must not reach it
      windowsHide: true,
    });
    child.on('error', () => {}); // the job notices that no runner claims it
    child.stdin?.on('error', () => {});
    child.unref();
    return child;
  };
  const fill = () => {
    refill = undefined;
    for (const kind of kinds) {
      if (ready.has(kind)) continue;
      const child = launch(kind === NONE ? ['--wait'] : ['--wait', kind], 'pipe');
      child.once('exit', () => {
        if (ready.get(kind) === child) ready.delete(kind);
      });
      ready.set(kind, child);
    }
  };
  const take = (kind: string): ChildProcess | undefined => {
    const child = ready.get(kind);
    ready.delete(kind);
    return child;
  };
  kinds.add(NONE);
  fill();

  return {
    start(jobFolder, ahead) {
      const kind = ahead ? JSON.stringify(ahead) : NONE;
      const child = take(kind) ?? take(NONE);
      if (child) child.stdin?.end(`${jobFolder}\n`);
      else launch([jobFolder], 'ignore');
      kinds.delete(kind);
      kinds.add(kind);
      for (const oldest of kinds) {
        if (kinds.size <= MOST_READY) break;
        kinds.delete(oldest);
        take(oldest)?.stdin?.end();
      }
      // Not at once: it would compete with the start of the job for the processor.
      refill ??= setTimeout(fill, REFILL_MS);
    },
    startAfresh: (jobFolder) => void launch([jobFolder], 'ignore'),
    renew() {
      for (const kind of ready.keys()) if (kind !== NONE) take(kind)?.stdin?.end();
      refill ??= setTimeout(fill, REFILL_MS);
    },
    close() {
      clearTimeout(refill);
      kinds.clear();
      for (const kind of ready.keys()) take(kind)?.stdin?.end();
    },
  };
}

/** The kind of a runner that keeps no interpreter ready. */
const NONE = '';
