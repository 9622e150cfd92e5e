import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readdir, readFile, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { RobotJobDto } from '@baton/contract/robots-service';
import { backoff } from './backoff.ts';
import { remove, withPath } from './durable.ts';
import type { Facts, Folders } from './folders.ts';
import { isTransient, type Link } from './link.ts';
import { type Log, messageOf } from './log.ts';

type PackageOrder = Pick<RobotJobDto, 'packageId' | 'packageVersion' | 'packageSha256' | 'packageUrl'>;

export type Packages = {
  readonly folder: string;
  /**
   * Makes a job's own folder of the package's content: a copy, or from a certain size on links to read-only
   * files that the jobs of the package share.
   * @param isOwn always a copy, for a job that becomes the owner of the files
   * @throws BadPackage, Refused, InvalidPackage, the file system's error; or when aborted
   */
  copyTo(order: PackageOrder, folder: string, signal: AbortSignal, isOwn?: boolean): Promise<void>;
  /**
   * To be called when a job has ended. If it has changed shared files, which root may do, the package is
   * fetched again for the next.
   */
  check(order: PackageOrder): Promise<void>;
};

class BadPackage extends Error {
  override readonly name = 'BadPackage';
}

/** A download that receives nothing for this long is started again. */
const SILENCE_MS = 60_000;
/** From how many files on the next job's folder is made ahead, and how long after one was taken. */
const AHEAD = { files: 500, afterMs: 200 };

/**
 * The fetched packages. Each is extracted once, into a folder that is named by its hash: `content/`, and
 * `facts.json`, which is written last. When all of them together exceed `maxBytes`, the least recently used
 * ones are removed. Beside the content of a package of many files is `ahead/`, a folder for its next job.
 */
export function openPackages(
  dataFolder: string,
  link: Link,
  log: Log,
  maxBytes: number,
  folders: Folders,
): Packages {
  const root = join(dataFolder, 'packages');
  mkdirSync(root, { recursive: true });
  const fetching = new Map<string, Promise<Facts>>();
  const copying = new Map<string, number>();
  const checks = new Map<string, Promise<void>>();
  for (const name of readdirSync(root)) {
    // What a robot was at when it was killed, or what an earlier version left.
    const path = join(root, name);
    if (!existsSync(join(path, FACTS))) {
      folders.discard(path);
      continue;
    }
    folders.sweep(path);
    // A power cut may have lost a part of it.
    for (const made of readdirSync(path))
      if (made.startsWith(AHEAD_OF_JOB)) folders.discard(join(path, made));
  }
  const preparing = new Map<string, Promise<void>>();

  const prepareNext = (name: string, { isShared }: Facts) => {
    const made = join(root, name, AHEAD_OF_JOB);
    // With a name of its own: the package may be dropped and fetched again while this is made.
    const unfinished = `${made}.${randomBytes(4).toString('hex')}`;
    const prepare = async () => {
      // Not at once: it would compete with the start of the job for processor and disk.
      await delay(AHEAD.afterMs, undefined, { ref: false });
      if (existsSync(made)) return;
      try {
        await folders.plantAhead(join(root, name, CONTENT), unfinished, isShared);
        await rename(unfinished, made);
      } finally {
        folders.discard(unfinished);
      }
    };
    if (preparing.has(name)) return;
    const done = prepare()
      // The package may be gone again. A job without such a folder makes its own.
      .catch((error: unknown) => log.debug({ package: name, error: messageOf(error) }, 'nothing made ahead'))
      .finally(() => {
        if (preparing.get(name) === done) preparing.delete(name);
      });
    preparing.set(name, done);
  };
  const drop = (name: string) => {
    folders.discard(join(root, name));
    preparing.delete(name);
  };

  const fetchOnce = async (order: PackageOrder, name: string, signal: AbortSignal): Promise<Facts> => {
    const running = fetching.get(name);
    if (running) return running;
    const started = fetchPackage(order, root, name, link, log, folders, signal).finally(() =>
      fetching.delete(name),
    );
    fetching.set(name, started);
    const facts = await started;
    const isNeeded = (candidate: string) =>
      candidate === name || copying.has(candidate) || fetching.has(candidate) || checks.has(candidate);
    dropOldest(root, maxBytes, isNeeded, drop).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'old packages could not be removed'),
    );
    return facts;
  };

  const plantFrom = async (name: string, facts: Facts, folder: string, isOwn: boolean) => {
    const path = join(root, name);
    await utimes(path, new Date(), new Date());
    folders.discard(folder);
    // What is made ahead may be links.
    const isMadeAhead = !isOwn && facts.files >= AHEAD.files;
    const taken = isMadeAhead ? await takeAhead(join(path, AHEAD_OF_JOB), folder) : 'none';
    if (taken !== 'taken') await folders.plant(join(path, CONTENT), folder, facts.isShared && !isOwn);
    if (isMadeAhead && taken !== 'other disk') prepareNext(name, facts);
  };

  return {
    folder: root,
    async copyTo(order, folder, signal, isOwn = false) {
      const name = folderName(order);
      const path = join(root, name);
      copying.set(name, (copying.get(name) ?? 0) + 1);
      try {
        for (;;) {
          await checks.get(name);
          const facts = (await factsOf(path)) ?? (await fetchOnce(order, name, signal));
          try {
            return await plantFrom(name, facts, folder, isOwn);
          } catch (error) {
            // The check of another job may have dropped the package meanwhile. Then it is fetched again.
            if (await factsOf(path)) throw error;
          }
        }
      } catch (error) {
        throw withPath(error, root);
      } finally {
        const left = (copying.get(name) ?? 1) - 1;
        if (left > 0) copying.set(name, left);
        else copying.delete(name);
      }
    },
    check(order) {
      const name = folderName(order);
      const check = async () => {
        const path = join(root, name);
        if (!(await factsOf(path))?.isShared || (await folders.isUnchanged(path))) return;
        log.warn({ package: name }, 'a job has changed files of its package, which is fetched again');
        drop(name);
      };
      const done = (checks.get(name) ?? Promise.resolve()).then(check).finally(() => {
        if (checks.get(name) === done) checks.delete(name);
      });
      checks.set(name, done);
      done.catch(() => {}); // the error reaches whoever awaits it
      return done;
    },
  };
}

const CONTENT = 'content';
const FACTS = 'facts.json';
const AHEAD_OF_JOB = 'ahead';

async function takeAhead(made: string, folder: string): Promise<'taken' | 'none' | 'other disk'> {
  try {
    await rename(made, folder);
    return 'taken';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return 'none';
    if (code === 'EXDEV') return 'other disk';
    throw error;
  }
}

async function factsOf(folder: string): Promise<Facts | null> {
  const text = await readFile(join(folder, FACTS), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Facts);
}

async function fetchPackage(
  order: PackageOrder,
  root: string,
  name: string,
  link: Link,
  log: Log,
  folders: Folders,
  signal: AbortSignal,
): Promise<Facts> {
  const file = join(root, `${name}.nupkg`);
  const unfinished = join(root, `${name}.new`);
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
    folders.discard(unfinished);
    await folders.extract(file, join(unfinished, CONTENT));
    const facts = await folders.seal(unfinished);
    await rename(unfinished, join(root, name));
    log.info({ package: order.packageId, version: order.packageVersion }, 'fetched a package');
    return facts;
  } finally {
    remove(file);
    folders.discard(unfinished);
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

async function dropOldest(
  root: string,
  maxBytes: number,
  isNeeded: (name: string) => boolean,
  drop: (name: string) => void,
): Promise<void> {
  const all: { name: string; used: number; bytes: number }[] = [];
  for (const name of await readdir(root)) {
    const facts = await factsOf(join(root, name));
    if (facts) all.push({ name, used: (await stat(join(root, name))).mtimeMs, bytes: facts.bytes });
  }
  let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of all.sort((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return;
    if (isNeeded(name)) continue;
    drop(name);
    total -= bytes;
  }
}
