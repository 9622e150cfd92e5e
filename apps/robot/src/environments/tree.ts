import { chmod, lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** How many entries are looked at before others get their turn: a large environment has 50,000. */
const AT_ONCE = 64;

/** Takes the right to write to what is in the folder from everybody, and answers how many bytes that is. */
export async function seal(folder: string): Promise<number> {
  let bytes = 0;
  await walk(folder, async (path) => {
    const { mode, size, blocks } = await lstat(path);
    bytes += blocks === undefined ? size : blocks * 512;
    if (path !== folder) await chmod(path, mode & 0o555);
  });
  return bytes;
}

/** Removes a folder whose folders may be read-only. */
export async function removeSealed(folder: string): Promise<void> {
  await walk(folder, async (path, isFolder) => {
    if (isFolder) await chmod(path, 0o700);
  });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Visits a folder before and its entries after it, but no links. A folder that is gone is no error. */
async function walk(
  folder: string,
  visit: (path: string, isFolder: boolean) => Promise<void>,
): Promise<void> {
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    try {
      await visit(next, true);
      let batch: Promise<void>[] = [];
      for await (const entry of await opendir(next)) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) open.push(path);
        else if (entry.isFile()) batch.push(visit(path, false));
        if (batch.length >= AT_ONCE) {
          await Promise.all(batch);
          batch = [];
        }
      }
      await Promise.all(batch);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
