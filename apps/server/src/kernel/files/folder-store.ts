import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, StorageFailure } from './storage-failure.ts';
import type { FileStore } from './store.ts';

/** Names of unfinished files. No key begins with a dot. */
const UNFINISHED = '.unfinished';

type Content = Parameters<FileStore['write']>[1];

/**
 * Files in a folder on disk; several servers may share it when it is on a shared disk. Without the file
 * `mark` (mark.ts) it is another folder than it was.
 */
export function folderStore(root: string, mark?: string): FileStore {
  const holdToMark = async (): Promise<void> => {
    if (mark !== undefined) await access(mark).catch((error: unknown) => tellUnusable(error));
  };
  const pathOf = (key: string): string => {
    if (!/^[a-z0-9][a-z0-9/._-]*$/i.test(key) || key.includes('..'))
      throw new Error(`'${key}' is no file key.`);
    return join(root, key);
  };
  return {
    async write(key, content) {
      const path = pathOf(key);
      await holdToMark();
      await writeWhole(root, path, content).catch(tell);
    },
    async read(key, range) {
      const path = pathOf(key);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? undefined : tell(error),
      );
      if (!found) await holdToMark();
      return found && { stream: createReadStream(path, range), size: found.size };
    },
    async remove(key) {
      const path = pathOf(key);
      await holdToMark();
      await rm(path, { force: true }).catch(tell);
    },
    async setAside(content) {
      await holdToMark();
      const path = await writeUnfinished(root, content, { isToLast: false }).catch(tell);
      return { path, remove: () => rm(path, { force: true }) };
    },
    async removeUnfinished(untouchedMs) {
      const names = await readdir(join(root, UNFINISHED)).catch(() => []);
      for (const name of names) {
        const path = join(root, UNFINISHED, name);
        const found = await stat(path).catch(() => undefined);
        if (found && Date.now() - found.mtimeMs > untouchedMs) await rm(path, { force: true });
      }
    },
  };
}

function tellUnusable(error: unknown): never {
  throw new StorageFailure(false, error);
}

function tell(error: unknown): never {
  throw fileError(error);
}

async function writeWhole(root: string, path: string, content: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rename(await writeUnfinished(root, content, { isToLast: true }), path);
  await syncFolder(dirname(path));
}

async function writeUnfinished(
  root: string,
  content: Content,
  { isToLast }: { readonly isToLast: boolean },
): Promise<string> {
  await mkdir(join(root, UNFINISHED), { recursive: true });
  const path = join(root, UNFINISHED, randomUUID());
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (isToLast) await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
  await handle.close();
  return path;
}

/** A rename is durable once its folder is. Windows cannot open folders and does not need to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
