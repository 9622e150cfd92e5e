import { statfsSync } from 'node:fs';

/**
 * Whether there is room to store something: what the status page and errors say beside the single failure.
 */
export interface StorageWatch {
  /** A write failed for want of room. */
  noteFull(): void;
  isFull(): boolean;
}

/** Of a write-ahead log of PostgreSQL, one file: with less than this it stops. */
const LEAST_BYTES = 16 * 1024 * 1024;
/** How long one failure counts: the database may be on a disk that cannot be seen from here. */
const REMEMBERED_MS = 60_000;

/**
 * @param folders that of the embedded database, and that of the files, which may be on a disk of their own
 * @param now milliseconds
 */
export function watchStorage(folders: readonly string[], now: () => number): StorageWatch {
  let notedAt = -Infinity;
  return {
    noteFull() {
      notedAt = now();
    },
    isFull: () =>
      now() - notedAt < REMEMBERED_MS || folders.some((folder) => bytesLeft(folder) < LEAST_BYTES),
  };
}

function bytesLeft(folder: string): number {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    // Some file systems (of networks, of containers) tell no size at all.
    return blocks === 0 ? Infinity : bavail * bsize;
  } catch {
    return Infinity;
  }
}
