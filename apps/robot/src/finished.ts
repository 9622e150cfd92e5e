import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folders } from './folders.ts';
import { type Log, messageOf } from './log.ts';

/** How many folders of finished jobs are kept for people to look at, and how much disk they may take. */
export type KeepJobs = { readonly count: number; readonly bytes: number };

/** The folders of the jobs that finished last, within both limits. */
export type Finished = {
  /** @throws the file system's error where the folder cannot be moved */
  keep(folder: string, name: string): void;
};

export function openFinished(root: string, limits: KeepJobs, folders: Folders, log: Log): Finished {
  let pruned = Promise.resolve();
  let latest = 0;

  const prune = async () => {
    const names = (await readdir(root)).filter((name) => !name.startsWith('.'));
    const all = await Promise.all(
      names.map(async (name) => ({ name, since: (await stat(join(root, name))).mtimeMs })),
    );
    let bytes = 0;
    for (const [index, { name }] of all.sort((a, b) => b.since - a.since).entries()) {
      const isWithin = index < limits.count && bytes < limits.bytes;
      bytes += isWithin ? await folders.measure(join(root, name)) : 0;
      if (!isWithin || bytes > limits.bytes) folders.discard(join(root, name));
    }
  };

  mkdirSync(root, { recursive: true, mode: 0o700 });
  folders.sweep(root);
  return {
    keep(folder, name) {
      // Before it is there, and later than the one before it: whoever prunes meanwhile takes the right one.
      latest = Math.max(Date.now(), latest + 1);
      utimesSync(folder, latest / 1000, latest / 1000);
      renameSync(folder, join(root, name));
      pruned = pruned
        .then(prune)
        .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'finished jobs cannot be removed'));
    },
  };
}
