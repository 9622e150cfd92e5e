import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Account } from './account.ts';
import { childEnvironment, dataDirectory } from './cluster.ts';
import type { Runtime } from './runtime.ts';
import { passLog } from './server-log.ts';

export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** The last lines of its log, for an error. */
  lastWords(): string;
  /**
   * A fast stop: clients are cut off, and what is committed is written. Immediate after 20 s, killed
   * after 10 more.
   */
  stop(): Promise<void>;
}

interface PostmasterOptions {
  readonly runtime: Runtime;
  readonly account: Account | undefined;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly log: Logger;
}

/** How long after the process the end of its log may come. */
const LAST_WORDS_MS = 500;

/**
 * PostgreSQL must not outlive a killed server, because it would hold the data folder. The shell holds the
 * other end of a pipe from us. However this process ends, the pipe closes, and the shell tells PostgreSQL to
 * stop. It first prints the pid, and ends with PostgreSQL's exit code. It ignores SIGTERM, which systemd
 * sends to every process of a service: we stop PostgreSQL when we no longer need it. (Linux alone could do
 * this without a shell, but not from Node.)
 */
const SUPERVISOR = `
trap '' TERM
exec 3<&0 0</dev/null
"$@" 3<&- >&2 & server=$!
echo "$server"
(read -r line; kill -INT "$server") <&3 3<&- >/dev/null 2>&1 & watch=$!
exec 3<&-
wait "$server"; code=$?
kill -KILL "$watch" 2>/dev/null
exit "$code"`;

export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { runtime, account, folder, settings, log } = options;
  const args = ['-D', dataDirectory(folder, account)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const windows = process.platform === 'win32';
  const [program, programArgs] = windows
    ? [runtime.postgres, args]
    : ['/bin/sh', ['-c', SUPERVISOR, 'sh', runtime.postgres, ...args]];
  const child = spawn(program, programArgs, {
    ...account,
    cwd: folder,
    env: childEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: !windows, // Ctrl-C in the terminal is for us: we stop PostgreSQL last
  });
  // Its event 'close' is not enough, because orphaned children of a killed postmaster may hold the log's
  // pipe for long.
  const closed = once(child, 'close').catch(() => {});
  let gone = false;
  const exited = (async () => {
    await once(child, 'exit'); // throws if the program cannot be executed
    await Promise.race([closed, delay(LAST_WORDS_MS)]);
    gone = true;
  })();
  const lastWords = passLog(child.stderr, log);
  const failed = exited.then(() => Promise.reject(new Error(`PostgreSQL does not start:\n${lastWords()}`)));
  failed.catch(() => {});
  const pid = await Promise.race([windows ? (child.pid ?? failed) : firstNumber(child), failed]);
  // It never keeps the process alive by itself.
  child.unref();
  for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();

  return {
    pid,
    exited,
    hasExited: () => gone,
    lastWords,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return; // the pid may be another's by now
      child.ref();
      if (windows) spawnSync(runtime.pgCtl, ['stop', '-D', folder, '-m', 'fast', '-t', '20']);
      else signal(pid, 'SIGINT');
      const sooner = [
        setTimeout(() => signal(pid, 'SIGQUIT'), 20_000),
        setTimeout(() => signal(pid, 'SIGKILL'), 30_000),
      ];
      await exited;
      for (const timer of sooner) clearTimeout(timer);
    },
  };
}

function firstNumber({ stdout }: { readonly stdout: Readable }): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(Number(line)));
  });
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is already gone.
  }
}
