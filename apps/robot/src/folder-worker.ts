import {
  chmodSync,
  constants,
  copyFileSync,
  type Dirent,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

/*
 * The work on folders that may hold thousands of files, in a thread of its own: see `folders.ts`. Calls that
 * wait for the disk are the quickest way to do it, and here they hold up nobody. What may wait is done in
 * small steps, because a job may wait for its folder meanwhile.
 */

export type Facts = {
  readonly files: number;
  readonly bytes: number;
  /** The files are read-only, and jobs get links to them. Otherwise jobs get copies. */
  readonly isShared: boolean;
};

/** The server's own limit is a setting of it (`BATON_PACKAGE_ENTRIES`), which is at most this. */
const MOST_ENTRIES = 1_000_000;
/** From how many files or bytes on jobs share a package's files. */
const SHARED = { files: 500, bytes: 32 * 2 ** 20 };
/** What a change of a file's content changes, by path. */
type Listed = readonly (readonly [path: string, size: number, mtimeMs: number])[];

/** How many entries are worked on before others get their turn. */
const STEPS = 100;

const acts = {
  /**
   * Puts the content of a package into a new folder.
   * @throws InvalidPackage, or the file system's error
   */
  async extract(file: string, content: string): Promise<void> {
    // Loaded when it is needed: most starts of a robot fetch nothing.
    const { extractPackage } = await import('@baton/nupkg/extract');
    await extractPackage(file, content, { entries: MOST_ENTRIES });
  },

  /** Makes a package that was extracted to `content` ready for jobs. */
  seal(folder: string): Facts {
    const content = join(folder, 'content');
    const listed = list(content);
    const bytes = listed.reduce((sum, [, size]) => sum + size, 0);
    const isLarge = listed.length >= SHARED.files || bytes >= SHARED.bytes;
    const isShared = isLarge && !canClone(folder);
    if (isShared) {
      for (const [path] of listed) {
        const file = join(content, path);
        chmodSync(file, lstatSync(file).mode & 0o555);
      }
      writeFileSync(join(folder, 'files.json'), JSON.stringify(listed));
    }
    const facts: Facts = { files: listed.length, bytes, isShared };
    writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts));
    return facts;
  },

  /** Makes a job's own folder of a package's content. */
  plant(from: string, to: string, isShared: boolean): void {
    for (const _ of planting(from, to, isShared));
  },

  /** The same for a job to come. */
  async plantAhead(from: string, to: string, isShared: boolean): Promise<void> {
    let steps = 0;
    for (const _ of planting(from, to, isShared)) if (++steps % STEPS === 0) await setImmediate();
  },

  /**
   * Gives a group the rights that the owner has to everything in a folder, and makes all but the folder
   * itself the user's; null: the owner stays. Nobody else may enter.
   */
  handOver(folder: string, uid: number | null, gid: number): void {
    lchownSync(folder, -1, gid);
    chmodSync(folder, 0o2770);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) acts.handOver(path, uid, gid);
      lchownSync(path, uid ?? -1, gid);
      if (entry.isSymbolicLink()) continue;
      const { mode } = lstatSync(path);
      chmodSync(path, entry.isDirectory() ? 0o2770 : mode | 0o600 | ((mode & 0o100) >> 3) | 0o060);
    }
  },

  /** Whether the files of a shared package are what they were when it was sealed. */
  isUnchanged(folder: string): boolean {
    const listed = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as Listed;
    return listed.every(([path, size, mtimeMs]) => {
      const found = lstatSync(join(folder, 'content', path), { throwIfNoEntry: false });
      return found?.size === size && found.mtimeMs === mtimeMs;
    });
  },

  /** How many bytes removing a folder would free. */
  measure(folder: string): number {
    let bytes = 0;
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const found = lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
      if (found?.nlink === 1) bytes += found.size;
    }
    return bytes;
  },

  async remove(folder: string): Promise<void> {
    let steps = 0;
    const empty = async (path: string): Promise<void> => {
      for (const entry of entriesOf(path)) {
        const child = join(path, entry.name);
        if (entry.isDirectory()) await empty(child);
        else unlinkSync(child);
        if (++steps % STEPS === 0) await setImmediate();
      }
      rmdirSync(path);
    };
    if (lstatSync(folder).isDirectory()) await empty(folder);
    else unlinkSync(folder);
  },
};

export type Acts = typeof acts;
export type Request = { readonly id: number; readonly act: keyof Acts; readonly args: readonly unknown[] };
/** An error does not keep its code on the way to another thread. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: { readonly message: string } & Record<string, unknown> };

parentPort?.on('message', async ({ id, act, args }: Request) => {
  try {
    const call = acts[act] as (...given: readonly unknown[]) => unknown;
    parentPort?.postMessage({ id, value: await call(...args) } satisfies Answer, []);
  } catch (error) {
    const { message, code, syscall, path } = error as NodeJS.ErrnoException;
    const known = Object.entries({ code, syscall, path }).filter(([, value]) => value !== undefined);
    const fault = { message, ...Object.fromEntries(known) };
    parentPort?.postMessage({ id, fault } satisfies Answer, []);
  }
});

/** Makes a folder that is not there yet, in a folder that is; one step an entry. */
function* planting(from: string, to: string, isShared: boolean): Generator<void> {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) yield* planting(source, target, isShared);
    else if (isShared) linkOrCopy(source, target);
    // By cloning where the file system can.
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
    yield;
  }
}

function list(content: string): Listed {
  return readdirSync(content, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = lstatSync(file);
      return [file.slice(content.length + 1), size, mtimeMs] as const;
    });
}

/** Whether this file system makes copies that share their blocks until one of them is changed. */
function canClone(folder: string): boolean {
  const [source, target] = [join(folder, 'probe'), join(folder, 'probe.clone')];
  writeFileSync(source, 'x');
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE);
    unlinkSync(target);
    return true;
  } catch {
    return false;
  } finally {
    unlinkSync(source);
  }
}

const CANNOT_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS']);

/** Another disk, a file system without links, or too many of them: then the job gets a copy. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if (!CANNOT_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(source, target);
    chmodSync(target, lstatSync(source).mode | 0o200);
  }
}

/** A job may have closed a folder of its own. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    chmodSync(folder, 0o700);
    return readdirSync(folder, { withFileTypes: true });
  }
}
