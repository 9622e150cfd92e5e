import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inherited } from './environment.ts';

/** The runner beside this file, with the same extension: `.ts` in the source, `.js` as published. */
const RUNNER = fileURLToPath(import.meta.url.replace('/start-runner.', '/runner.'));

export type Runners = {
  /** Gives the job to a runner. The job's folder shows whether the runner has claimed it. */
  start(jobFolder: string): void;
  /** Starts a new runner, for a job that the ready one did not claim. */
  startAfresh(jobFolder: string): void;
  close(): void;
};

/**
 * Keeps one runner ready, so that a job does not wait for Node to start. A waiting runner ends with the
 * robot, because the robot's end closes its standard input. A runner that has a job goes on.
 */
export function openRunners(environment: NodeJS.ProcessEnv): Runners {
  const env = inherited(environment);
  let ready: ChildProcess | null = null;
  let refill: NodeJS.Timeout | undefined;

  const launch = (argument: string, stdin: 'pipe' | 'ignore') => {
    const child = spawn(process.execPath, [RUNNER, argument], {
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
  const makeReady = () => {
    const child = launch('--wait', 'pipe');
    child.once('exit', () => {
      if (ready === child) ready = null;
    });
    ready = child;
  };
  makeReady();

  return {
    start(jobFolder) {
      if (!ready) {
        launch(jobFolder, 'ignore');
      } else {
        ready.stdin?.end(`${jobFolder}\n`);
        ready = null;
      }
      // Not at once: it would compete with the start of the job for the processor.
      clearTimeout(refill);
      refill = setTimeout(() => ready ?? makeReady(), 500);
    },
    startAfresh: (jobFolder) => void launch(jobFolder, 'ignore'),
    close() {
      clearTimeout(refill);
      ready?.stdin?.end();
      ready = null;
    },
  };
}
