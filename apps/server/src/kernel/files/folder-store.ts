import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from './storage-failure.ts';
import type { FileStore } from './store.ts';

/** What is being written; no key begins with a dot. */
const UNFINISHED = '.unfinished';

/** Files in a folder on disk; several servers may share it when it is on a shared disk. */
export function folderStore(root: string): FileStore {
  const pathOf = (key: string): string => {
    if (!/^[a-z0-9][a-z0-9/._-]*$/i.test(key) || key.includes('..'))
      throw new Error(`'${key}' is no file key.`);
    return join(root, key);
  };
  return {
    async write(key, content) {
      await writeWhole(root, pathOf(key), content).catch(tell);
    },
    async read(key, range) {
      const path = pathOf(key);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? undefined : tell(error),
      );
      return found && { stream: createReadStream(path, range), size: found.size };
    },
    async remove(key) {
      await rm(pathOf(key), { force: true }).catch(tell);
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

function tell(error: unknown): never {
  throw fileError(error);
}

async function writeWhole(
  root: string,
  path: string,
  content: Parameters<FileStore['write']>[1],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(join(root, UNFINISHED), { recursive: true });
  const temporary = join(root, UNFINISHED, randomUUID());
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** A rename is durable once its folder is; Windows cannot open folders and does not need to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
