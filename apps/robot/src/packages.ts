import { createHash } from 'node:crypto';
import { constants, createWriteStream, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RobotJobDto } from '@baton/contract/robots-service';
import { extractPackage } from '@baton/nupkg/extract';
import { backoff } from './backoff.ts';
import { remove, withPath } from './durable.ts';
import { isTransient, type Link } from './link.ts';
import { type Log, messageOf } from './log.ts';

type PackageOrder = Pick<RobotJobDto, 'packageId' | 'packageVersion' | 'packageSha256' | 'packageUrl'>;

export type Packages = {
  readonly folder: string;
  /**
   * Makes a job's own copy of the package's content.
   * @throws BadPackage, Refused, InvalidPackage, the file system's error; or when aborted
   */
  copyTo(order: PackageOrder, folder: string, signal: AbortSignal): Promise<void>;
};

class BadPackage extends Error {
  override readonly name = 'BadPackage';
}

/** The server's own limit is a setting of it (`BATON_PACKAGE_ENTRIES`), which is at most this. */
const MOST_ENTRIES = 1_000_000;
/** A download that receives nothing for this long is started again. */
const SILENCE_MS = 60_000;

/**
 * The fetched packages. Each is extracted once, into a folder that is named by its hash. When all of them
 * together exceed `maxBytes`, the least recently used ones are removed.
 */
export function openPackages(dataFolder: string, link: Link, log: Log, maxBytes: number): Packages {
  const root = join(dataFolder, 'packages');
  mkdirSync(root, { recursive: true });
  const fetching = new Map<string, Promise<void>>();
  const copying = new Map<string, number>();

  const fetchOnce = async (order: PackageOrder, name: string, signal: AbortSignal) => {
    const running = fetching.get(name);
    if (running) return running;
    const started = fetchPackage(order, root, name, link, log, signal).finally(() => fetching.delete(name));
    fetching.set(name, started);
    await started;
    dropOldest(
      root,
      maxBytes,
      (candidate) => candidate === name || copying.has(candidate) || fetching.has(candidate),
    );
  };

  return {
    folder: root,
    async copyTo(order, folder, signal) {
      const name = folderName(order);
      copying.set(name, (copying.get(name) ?? 0) + 1);
      try {
        if (!isThere(join(root, name))) await fetchOnce(order, name, signal);
        utimesSync(join(root, name), new Date(), new Date());
        await rm(folder, { recursive: true, force: true });
        await copyFolder(join(root, name), folder);
      } catch (error) {
        throw withPath(error, root);
      } finally {
        const left = (copying.get(name) ?? 1) - 1;
        if (left > 0) copying.set(name, left);
        else copying.delete(name);
      }
    },
  };
}

/**
 * Copies a folder, by cloning where the file system can. Jobs get copies because they change their files and
 * must not change each other's. Packages hold files and folders only, so this skips the checks of `fs.cp`,
 * which takes 5 ms for seven files where this takes 1.
 */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map((entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      return entry.isDirectory()
        ? copyFolder(source, target)
        : copyFile(source, target, constants.COPYFILE_FICLONE);
    }),
  );
}

async function fetchPackage(
  order: PackageOrder,
  root: string,
  name: string,
  link: Link,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const file = join(root, `${name}.nupkg`);
  mkdirSync(root, { recursive: true });
  const wait = backoff(signal);
  try {
    for (;;) {
      try {
        await download(order, file, link, signal);
        break;
      } catch (error) {
        if (signal.aborted || error instanceof BadPackage || !isTransient(error)) throw error;
        log.warn(
          { package: name, error: messageOf(error) },
          'the package could not be fetched, trying again',
        );
        await wait.next();
      }
    }
    await extractPackage(file, join(root, name), { entries: MOST_ENTRIES });
    log.info({ package: order.packageId, version: order.packageVersion }, 'fetched a package');
  } finally {
    remove(file);
  }
}

async function download(order: PackageOrder, file: string, link: Link, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the download stopped')), SILENCE_MS);
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    const response = await link.get(order.packageUrl, 'application/octet-stream', both);
    const hash = createHash('sha256');
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh();
        hash.update(chunk);
        done(null, chunk);
      },
    });
    if (!response.body) throw new BadPackage('The server answered without a package');
    await pipeline(Readable.fromWeb(response.body), measured, createWriteStream(file), { signal: both });
    const found = hash.digest('hex');
    const expected = order.packageSha256;
    if (expected && found !== expected.toLowerCase()) {
      throw new BadPackage(
        `The package ${order.packageId} ${order.packageVersion} is not the one the server stored: ` +
          `its SHA-256 is ${found}, not ${expected}`,
      );
    }
  } finally {
    clearTimeout(timer);
  }
}

function folderName(order: PackageOrder): string {
  const plain = `${order.packageId}.${order.packageVersion}`.toLowerCase().replace(/[^a-z0-9._-]/g, '_');
  const sum =
    order.packageSha256?.toLowerCase() ?? createHash('sha256').update(order.packageUrl).digest('hex');
  return `${plain.slice(0, 100)}-${sum.replace(/[^0-9a-f]/g, '').slice(0, 32)}`;
}

function isThere(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function dropOldest(root: string, maxBytes: number, isNeeded: (name: string) => boolean): void {
  const all = readdirSync(root)
    .filter((name) => isThere(join(root, name)))
    .map((name) => ({ name, used: statSync(join(root, name)).mtimeMs, bytes: sizeOf(join(root, name)) }))
    .sort((a, b) => a.used - b.used);
  let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of all) {
    if (total <= maxBytes) return;
    if (isNeeded(name)) continue;
    remove(join(root, name));
    total -= bytes;
  }
}

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
