import { statfsSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { HostUseReport } from '@baton/contract/robots-service';

const EVERY_MS = 60_000;

/** What a heartbeat says of the host's use, once a minute; nothing in between, so heartbeats stay small. */
export function openHostUse(folder: string, now = () => Date.now()): () => HostUseReport | undefined {
  let next = 0;
  return () => {
    if (now() < next) return undefined;
    next = now() + EVERY_MS;
    return {
      // Windows has no load: there it is always 0.
      load: process.platform === 'win32' ? null : loadavg()[0],
      processors: availableParallelism(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      ...diskOf(folder),
    };
  };
}

function diskOf(folder: string): Pick<HostUseReport, 'diskBytes' | 'freeDiskBytes'> {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return { diskBytes: blocks * bsize, freeDiskBytes: bavail * bsize };
  } catch {
    return {};
  }
}
