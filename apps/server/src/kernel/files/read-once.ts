import type { FastifyBaseLogger } from 'fastify';
import type { Queryable } from '../db/sql.ts';
import type { FileStore } from './store.ts';
import { discard, withNewKey } from './unused-files.ts';

/**
 * Content that is written to be read once. No row adopts it, so it is removed when its reader has closed,
 * whether everything was read or not. If that fails, or the server dies, the sweep removes it.
 */
export function writeAndReadOnce(
  at: { readonly db: Queryable; readonly files: FileStore; readonly log: FastifyBaseLogger },
  folder: string,
  write: (key: string) => Promise<unknown>,
): Promise<NonNullable<Awaited<ReturnType<FileStore['read']>>>> {
  const { db, files, log } = at;
  return withNewKey(db, files, folder, async (key) => {
    await write(key);
    const stored = await files.read(key);
    if (!stored) throw new Error(`The content ${key} is gone before it was read.`);
    stored.stream.once('close', () => {
      discard(db, files, key).catch((error: unknown) =>
        log.warn({ err: error, key }, 'a file that has been read is left to the sweep'),
      );
    });
    return stored;
  });
}
