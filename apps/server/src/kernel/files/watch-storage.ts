import { statfsSync } from 'node:fs';

/**
 * Whether there is room to store something. The status page and errors report it in addition to
 * the single failure.
 */
export interface StorageWatch {
  /** A write failed for lack of room. */
  noteFull(): void;
  isFull(): boolean;
}

/** The size of one file of PostgreSQL's write-ahead log. With less room than this, it stops. */
const LEAST_BYTES = 16 * 1024 * 1024;
/** How long one failure counts, because the database may be on a disk that cannot be seen from here. */
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
    // Some file systems (of networks, of containers) report no size at all.
    return blocks === 0 ? Infinity : bavail * bsize;
  } catch {
    return Infinity;
  }
}
