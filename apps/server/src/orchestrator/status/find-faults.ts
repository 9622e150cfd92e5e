import sql from 'sql-template-tag';
import { MIGRATIONS, readMigrations } from '../../kernel/db/migrate.ts';
import { StorageFailure } from '../../kernel/files/storage-failure.ts';
import type { Context } from '../../kernel/http/context.ts';

/** Callers that ask for health give up after a few seconds, and then learn no reason. */
const PATIENCE_MS = 2000;

/** Why the server cannot serve calls. Anybody may ask, so the reasons name no path, host or database. */
export async function findFaults(ctx: Context): Promise<string[]> {
  const faults = await Promise.all([
    within(schemaFault(ctx), 'The database'),
    within(filesFault(ctx), 'The folder of files'),
  ]);
  return faults.filter((fault) => fault !== undefined);
}

async function within(fault: Promise<string | undefined>, what: string): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, `${what} does not answer within ${PATIENCE_MS / 1000} s.`);
  });
  try {
    return await Promise.race([fault, late]);
  } catch {
    return `${what} cannot be used.`;
  } finally {
    clearTimeout(timer);
  }
}

let known: Promise<readonly number[]> | undefined;

/**
 * The server applied its migrations at its start. One can only be missing if an older state was
 * restored since then.
 */
async function schemaFault({ db }: Context): Promise<string | undefined> {
  known ??= readMigrations(MIGRATIONS).then((all) => all.map(({ number }) => number));
  const rows = await db.query<{ number: number }>(sql`select number from schema_migrations`);
  const applied = new Set(rows.map(({ number }) => number));
  const missing = (await known).filter((number) => !applied.has(number));
  if (missing.length === 0) return undefined;
  return `The database lacks ${missing.length} of this server's migrations: start the server anew.`;
}

async function filesFault({ files, storage }: Context): Promise<string | undefined> {
  if (storage.isFull()) return 'The storage is full.';
  try {
    const aside = await files.setAside(probe());
    await aside.remove();
    return undefined;
  } catch (error) {
    if (error instanceof StorageFailure && error.isFull) return 'The storage is full.';
    throw error;
  }
}

async function* probe(): AsyncGenerator<Buffer> {
  yield Buffer.from('health');
}
