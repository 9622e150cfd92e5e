import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DRAFT } from './cluster.ts';
import { AlreadyRunning } from './folder-lock.ts';
import { signal } from './postmaster.ts';
import { isTaken } from './process-identity.ts';

const GENTLE_MS = 20_000;
const LAST_MS = 30_000;

/**
 * Before a start: ends what an earlier server left running on this cluster. Its supervisor does that too, but
 * may have been killed with it, or may not be done yet. The caller holds the folder's lock, so nobody else
 * owns these processes.
 */
export async function endLeftovers(cluster: string, dataFolder: string, log: Logger): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const postmaster = postmasterPid(pidFile);
  let left = processesOf(cluster, postmaster);
  if (left.length > 0) log.warn({ pids: left }, 'a PostgreSQL of an earlier run is still there: stopping it');
  const begun = performance.now();
  let sent = '';
  for (; left.length > 0; left = processesOf(cluster, postmaster)) {
    const waited = performance.now() - begun;
    // A postmaster takes its children along. Orphaned children notice by themselves, mostly at once.
    const name = waited < GENTLE_MS ? 'SIGINT' : waited < LAST_MS ? 'SIGQUIT' : 'SIGKILL';
    if (name !== sent) {
      const targets = postmaster !== undefined && left.includes(postmaster) ? [postmaster] : left;
      for (const pid of targets) signal(pid, name);
      sent = name;
    }
    await delay(10);
  }
  // It has no pid here and still answers, so it runs in another container on the same volume.
  if (await accepts(join(cluster, '.s.PGSQL.5432'))) throw new AlreadyRunning(dataFolder, undefined);
  // The pid now belongs to another process, as after each restart of a container. PostgreSQL would refuse to
  // start, because it only sees that the pid is taken.
  if (postmaster !== undefined && isTaken(postmaster)) rmSync(pidFile, { force: true });
}

/** Clusters that a killed server did not finish. Its initdb may still be at work in one. */
export async function removeDrafts(base: string, dataFolder: string, log: Logger): Promise<void> {
  for (const name of readdirSync(base).filter((name) => name.startsWith(DRAFT))) {
    const path = join(base, name);
    if (statSync(path).isDirectory()) await endLeftovers(path, dataFolder, log);
    rmSync(path, { recursive: true, force: true });
  }
}

function postmasterPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL processes whose working directory is the cluster. All of its processes have it. */
function processesOf(cluster: string, postmaster: number | undefined): number[] {
  if (process.platform !== 'linux')
    return postmaster !== undefined && isPostgres(postmaster) ? [postmaster] : [];
  const here = statSync(cluster);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isPostgresIn(pid, here));
}

function isPostgresIn(pid: number, folder: { dev: number; ino: number }): boolean {
  try {
    if (!/^(postgres|initdb)/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))) return false;
    const { dev, ino } = statSync(`/proc/${pid}/cwd`);
    return dev === folder.dev && ino === folder.ino;
  } catch {
    return false; // gone meanwhile, or of another account: the cluster's owner is ours
  }
}

function isPostgres(pid: number): boolean {
  if (!isTaken(pid)) return false;
  const [program, args] =
    process.platform === 'win32'
      ? ['tasklist', ['/fi', `PID eq ${pid}`, '/nh']]
      : ['ps', ['-o', 'comm=', '-p', String(pid)]];
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.includes('postgres');
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
