import { statfsSync } from 'node:fs';
import type { Log } from './log.ts';

/**
 * Looks whether there is room for another job. Below the mark nothing new starts, and the server is told why:
 * a job that fills the last of a disk harms the jobs that run, too. Answers the reason, null while there is
 * room. A folder that cannot be looked at is no reason: using it says what is wrong.
 */
export function openDiskMark(
  folder: string,
  minFreeBytes: number,
  hostName: string,
  log: Log,
): () => string | null {
  let isLow = false;
  return () => {
    const free = freeBytes(folder);
    const low = free !== null && free < minFreeBytes;
    const reason = `On the host ${hostName}: only ${megabytes(free ?? 0)} MB of its disk are free, and jobs start from ${megabytes(minFreeBytes)} MB on`;
    if (low !== isLow) {
      isLow = low;
      if (low) log.error({ folder, trouble: reason }, 'this host can begin no job');
      else log.info({ folder }, 'there is room for jobs again');
    }
    return low ? reason : null;
  };
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1e6);
