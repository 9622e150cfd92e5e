import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { type Archive, type ArchiveFile, type Limits, openArchive } from './archive.ts';
import { InvalidPackage } from './invalid-package.ts';
import { contentRoot } from './read.ts';

export type Extracted = {
  readonly folder: string;
  /** False if the folder was there already, filled by an earlier call or by another process just now. */
  readonly isNew: boolean;
};

/**
 * Puts the automation of a package (`content/`, or `lib/net45/` of older Studio packages) into a folder.
 * Afterwards the whole of it is there, or nothing. Files go to a folder beside it, `<into>.partial-*`, which
 * is then renamed. A folder that is not empty is left alone, so `into` should name the package by its hash.
 * Only files are extracted, never links. Of their modes only the executable bit is kept.
 *
 * Small files are read and written at once, on this thread: a package may have thousands of them, and that
 * takes a fifth of the time. Between them others get their turn, but a thread that must never wait for a disk
 * leaves this to another one.
 * @throws InvalidPackage, or the file system's error
 */
export async function extractPackage(
  source: string | Buffer,
  into: string,
  limits: Partial<Limits> = {},
): Promise<Extracted> {
  const folder = resolve(into);
  if (await isFilled(folder)) return { folder, isNew: false };
  const archive = await openArchive(source, limits);
  const partial = `${folder}.partial-${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(partial, { recursive: true });
    await writeFiles(archive, partial);
    return { folder, isNew: await moveInto(partial, folder) };
  } finally {
    archive.close();
    await rm(partial, { recursive: true, force: true });
  }
}

async function writeFiles(archive: Archive, folder: string): Promise<void> {
  const root = `${contentRoot(archive)}/`;
  const made = new Set<string>();
  let steps = 0;
  for (const file of archive.files) {
    if (!file.path.toLowerCase().startsWith(root)) continue;
    const target = join(folder, file.path.slice(root.length));
    if (!made.has(dirname(target))) {
      mkdirSync(dirname(target), { recursive: true });
      made.add(dirname(target));
    }
    await extractFile(file, target);
    if (++steps % AT_ONCE === 0) await setImmediate();
  }
  if (made.size === 0) throw new InvalidPackage('InvalidPackageDetails', root, 'is not in the package');
}

/** Most files are small, and a stream for each would cost more than all that it carries. */
const SMALL_BYTES = 65_536;
const AT_ONCE = 16;

async function extractFile(file: ArchiveFile, target: string): Promise<void> {
  // `wx` never writes to an existing file, under whatever name the file system takes for the same.
  const [flag, mode] = ['wx', file.executable ? 0o755 : 0o644] as const;
  const small = file.readNow(SMALL_BYTES);
  if (small) writeFileSync(target, small, { flag, mode });
  else await pipeline(file.chunks(), createWriteStream(target, { flags: flag, mode }));
}

async function moveInto(partial: string, folder: string): Promise<boolean> {
  // Windows cannot rename onto an empty folder; POSIX systems can.
  await rmdir(folder).catch(() => {});
  try {
    await rename(partial, folder);
    return true;
  } catch (error) {
    if (await isFilled(folder)) return false;
    throw error;
  }
}

async function isFilled(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
