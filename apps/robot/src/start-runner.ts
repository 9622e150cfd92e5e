import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inherited } from './environment.ts';

/** Beside this file, with its ending: `.ts` from source, `.js` as published. */
const RUNNER = fileURLToPath(import.meta.url.replace('/start-runner.', '/runner.'));

export type Runners = {
  /** Gives the job to a runner. Whether one has claimed it is seen in the job's folder. */
  start(jobFolder: string): void;
  /** Starts one afresh, for a job that the ready one did not claim. */
  startAfresh(jobFolder: string): void;
  close(): void;
};

/**
 * Keeps one runner ready, so that a job does not wait for a Node to start. A runner that waits ends with the
 * robot, because its standard input does; one that has a job goes on.
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
    child.on('error', () => {}); // seen by the job: nobody claims it
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
      // Not now: the job's own start would share the processor with it.
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
