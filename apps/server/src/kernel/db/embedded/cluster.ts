import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Account, canEnter } from './account.ts';
import type { Runtime } from './runtime.ts';

export const USER = 'baton';

/** The names of an unfinished cluster, and of what belongs to it, begin like this. */
export const DRAFT = 'cluster.draft-';

export interface Cluster {
  /** PostgreSQL's data directory. */
  readonly folder: string;
  readonly password: string;
}

interface ClusterOptions {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly runtime: Runtime;
  /** With false, initdb leaves writing to the system's cache. */
  readonly durable: boolean;
  readonly log: Logger;
}

/**
 * How PostgreSQL is told its data directory. As root on Linux, the data folder may lie below folders that
 * only root may enter (/root/...), and PostgreSQL under its own account could not follow a path there. But
 * the process is started with the directory as its working directory, entered before root's rights are
 * dropped, and this name leads there without the parents. So the data is always in the data folder. (A
 * relative '.' does not work, because PostgreSQL makes it absolute.) On other systems, root must choose a
 * folder that the account can enter.
 */
export function dataDirectory(folder: string, account: Account | undefined): string {
  if (!account) return folder;
  if (process.platform === 'linux') return '/proc/self/cwd';
  if (canEnter(folder, account)) return folder;
  throw new Error(`PostgreSQL, which cannot run as root, cannot enter ${folder}: choose another data folder`);
}

/** Where the cluster of a base folder is, whether it already exists or not. */
export function clusterFolder(base: string): string {
  return join(base, 'cluster');
}

/**
 * Creates the cluster if there is none. It is built in a draft folder that is renamed when it is complete, so
 * a kill leaves no half.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder: base, account, runtime } = options;
  const folder = clusterFolder(base);
  const passwordFile = join(base, 'password');
  if (existsSync(folder)) {
    const major = Number.parseInt(readFileSync(join(folder, 'PG_VERSION'), 'utf8'), 10);
    if (major !== runtime.major) {
      throw new Error(
        `${folder} was made by PostgreSQL ${major}, this is ${runtime.major}: dump it and restore`,
      );
    }
    return { folder, password: readFileSync(passwordFile, 'utf8').trim() };
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  const draft = mkdtempSync(join(base, DRAFT));
  if (account) chownSync(draft, account.uid, account.gid);
  await initialize({ ...options, folder: draft }, password);
  renameSync(draft, folder);
  syncFolder(base);
  return { folder, password };
}

async function initialize(options: ClusterOptions, password: string): Promise<void> {
  const { folder, account, runtime, durable, log } = options;
  // initdb reads the password from a file. Under another account it gets the opened file, for the same reason
  // as above. The name of the file makes it go with the drafts if we are killed now.
  const file = `${folder}.password`;
  writeFileSync(file, password, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
  const handle = openSync(file, 'r');
  try {
    const args = [
      `--pgdata=${dataDirectory(folder, account)}`,
      `--username=${USER}`,
      `--pwfile=${account && process.platform === 'linux' ? '/proc/self/fd/3' : file}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts by code point, with upper and lower case of all of Unicode. It is built in, so it is
      // the same on every system and after every upgrade. The orders of libc and ICU change, which
      // would break indexes.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(durable ? [] : ['--no-sync']),
    ];
    await run(runtime.initdb, args, { ...account, cwd: folder, stdio: ['ignore', 'pipe', 'pipe', handle] });
    log.info({ folder }, 'database cluster made');
  } finally {
    closeSync(handle);
    rmSync(file, { force: true });
  }
}

function run(program: string, args: string[], options: SpawnOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, env: childEnvironment() });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed (${signal ?? code}):\n${output.slice(-2000)}`));
    });
  });
}

/** Without our environment, because a stray PGDATA or PGPORT must not lead PostgreSQL elsewhere. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return process.platform === 'win32' ? { PATH, SystemRoot, TEMP } : { PATH, LC_ALL: 'C' };
}

/** Makes a rename survive a power failure. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
