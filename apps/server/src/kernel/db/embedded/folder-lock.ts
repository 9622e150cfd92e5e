import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOf } from './process-identity.ts';

/** Another process serves this data folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  readonly folder: string;
  readonly pid: number | undefined;
  constructor(folder: string, pid: number | undefined) {
    const who =
      pid === undefined ? 'a process this one cannot see (in another container?)' : `process ${pid}`;
    super(`The data folder ${folder} is in use by ${who}: stop it, or choose another folder`);
    this.folder = folder;
    this.pid = pid;
  }
}

interface Holder {
  readonly pid: number;
  readonly started: string | undefined;
}

const NAME = 'server.lock';

/**
 * Allows one server for each data folder. The lock names its holder and when that process started. A holder
 * that is gone (kill -9, power failure) loses it. Answers the function that releases it.
 */
export function lockFolder(folder: string, dataFolder: string): () => void {
  const path = join(folder, NAME);
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine, { mode: 0o600, flush: true });
  try {
    // A link appears complete or not at all, and fails if the name is taken.
    while (!link(draft, path)) removeStale(path, draft, dataFolder);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(path) === mine) rmSync(path, { force: true });
  };
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(path: string, draft: string, dataFolder: string): void {
  const text = read(path);
  if (text === undefined) return;
  refuseLiving(text, dataFolder);
  // Another starter may take over at this very moment. So look at what was really moved, and put a
  // living lock back.
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  try {
    refuseLiving(read(aside) ?? '', dataFolder);
  } catch (error) {
    link(aside, path);
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function refuseLiving(text: string, dataFolder: string): void {
  const { pid, started } = parse(text);
  if (pid > 0 && started !== undefined && startOf(pid) === started) throw new AlreadyRunning(dataFolder, pid);
}

function parse(text: string): Holder {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return { pid: 0, started: undefined }; // torn by a power failure
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
