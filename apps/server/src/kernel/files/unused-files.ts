import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database, Queryable, Transaction } from '../db/sql.ts';
import type { FileStore } from './store.ts';

/** No write takes longer than this. Content that nobody has adopted by then never will be. */
const WRITING_HOURS = 24;
/**
 * A file that nobody has added to for so long is of a server that died: one that lives gives up a body that
 * stands still for BATON_IDLE_BODY_SECONDS, an hour at most.
 */
const STILL_HOURS = 2;
const BATCH = 100;

/** Listed as unused until `adopt`. Whatever happens in between, the content does not stay for ever. */
async function newFileKey(db: Queryable, folder: string): Promise<string> {
  const key = `${folder}/${randomUUID()}`;
  await db.execute(sql`
    insert into unused_files (key, remove_after) values (${key}, now() + make_interval(hours => ${WRITING_HOURS}))`);
  return key;
}

/**
 * Call it in the transaction of the row that refers to the content from now on. Throws if the content has
 * been given up.
 */
export async function adopt(tx: Transaction, key: string): Promise<void> {
  const known = await tx.execute(sql`delete from unused_files where key = ${key}`);
  if (known === 0) throw new Error(`The content ${key} took too long to be written, and was given up.`);
}

/**
 * Lets `work` write content under a new key and adopt it. If it fails, the content is removed at once, or
 * later by `removeUnused`. Whether it failed is read from the table, not from the error: a commit whose
 * answer was lost may have happened. `db` must not be a transaction that may roll back: the key would be
 * forgotten, and the content would stay.
 */
export async function withNewKey<T>(
  db: Queryable,
  files: FileStore,
  folder: string,
  work: (key: string) => Promise<T>,
): Promise<T> {
  const key = await newFileKey(db, folder);
  try {
    return await work(key);
  } catch (error) {
    await discard(db, files, key).catch(() => undefined);
    throw error;
  }
}

/** Removes content that no row has adopted. */
export async function discard(db: Queryable, files: FileStore, key: string): Promise<void> {
  const isUnused = await db.execute(sql`update unused_files set remove_after = now() where key = ${key}`);
  if (!isUnused) return;
  await files.remove(key);
  await db.execute(sql`delete from unused_files where key = ${key}`);
}

/**
 * Removes content whose time has come, and answers how much. Safe on several nodes at once. Throws at the end
 * if some could not be removed.
 */
export async function removeUnused(db: Database, files: FileStore): Promise<number> {
  let all = 0;
  const errors: unknown[] = [];
  for (let seen = BATCH; seen === BATCH; ) {
    const batch = await removeBatch(db, files);
    seen = batch.seen;
    all += seen - batch.errors.length;
    errors.push(...batch.errors);
  }
  await files.removeUnfinished(STILL_HOURS * 3600_000);
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} files could not be removed`);
  return all;
}

/**
 * The rows are deleted after the content, and are locked until then. After a crash in between, the work is
 * done once more. Content that cannot be removed does not hold up others, and is tried again after an hour.
 */
const removeBatch = (db: Database, files: FileStore): Promise<{ seen: number; errors: readonly unknown[] }> =>
  db.transaction(async (tx) => {
    const due = await tx.query<{ key: string }>(sql`
      select key from unused_files where remove_after < now() order by remove_after limit ${BATCH}
         for update skip locked`);
    const removed: string[] = [];
    const errors: unknown[] = [];
    for (const { key } of due) {
      try {
        await files.remove(key);
        removed.push(key);
      } catch (error) {
        errors.push(error);
      }
    }
    await tx.execute(sql`delete from unused_files where key = any(${removed}::text[])`);
    await tx.execute(sql`
      update unused_files set remove_after = now() + interval '1 hour'
       where key = any(${due.map(({ key }) => key)}::text[])`);
    return { seen: due.length, errors };
  });
