import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atEnd } from './at-end.ts';

/** A part of a benchmark in a process of its own. It sends one message when it is ready. */
export interface Child<Ready> {
  readonly ready: Ready;
  readonly pid: number;
  /** Settles when the child has ended, in whatever way. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export async function startChild<Ready>(
  file: string,
  env: Readonly<Record<string, string>> = {},
  execArgv: readonly string[] = [],
): Promise<Child<Ready>> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = atEnd(async () => {
    if (child.connected) child.disconnect();
    await exited;
  });
  const ready = await Promise.race([
    new Promise<Ready>((resolve) => child.once('message', (message) => resolve(message as Ready))),
    exited.then(() => {
      throw new Error(`${file} ended before it was ready`);
    }),
  ]);
  return {
    ready,
    pid: child.pid!,
    exited,
    stop,
  };
}

/** Called in the child: sends the message to the parent, and ends when the parent asks for it or is gone. */
export function sayReady(message: object, stop: () => Promise<unknown>): void {
  process.once('disconnect', async () => {
    await stop();
    process.exit(0);
  });
  // If the parent is already gone, its event has been missed.
  if (process.connected) process.send!(message);
  else void stop().finally(() => process.exit(0));
}
