import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Database, Queryable } from './sql.ts';

/** The server's own. */
export const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** A newer server has migrated this database. An older one could harm what it does not know. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
  readonly found: number;
  readonly known: number;
  constructor(found: number, known: number) {
    super(`The database has schema ${found}, this server knows up to ${known}: start a newer server`);
    this.found = found;
    this.known = known;
  }
}

/** This version cannot work with the database as it is. */
export class OtherSchema extends Error {
  override readonly name = 'OtherSchema';
}

/** The file of an applied migration has changed. Migrations are never edited: add another one. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';
}

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly checksum: string;
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * The `NNNN_name.sql` files of a folder, in order. Other files are ignored. Two files with one number
 * are an error.
 */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_.+\.sql$/.test(file)).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const text = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n'); // git on Windows
      const checksum = createHash('sha256').update(text).digest('hex');
      return { number: Number(file.slice(0, 4)), name: file.slice(5, -4), file, text, checksum };
    }),
  );
  for (const [i, each] of migrations.entries()) {
    const before = migrations[i - 1];
    if (before?.number === each.number) throw new Error(`${before.file} and ${each.file} have one number`);
  }
  return migrations;
}

/**
 * Brings the schema up to the state of `folder`, and answers the names of the applied files. Each file is
 * applied in its own transaction, which takes the lock and looks again at what is applied. So servers that
 * start together share the work, and a killed one leaves no half file.
 */
export async function migrate(db: Database, folder: string, log?: Logger): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const done: string[] = [];
  for (;;) {
    const next = await db.transaction(async (tx) => {
      await tx.execute({
        text: `SELECT pg_advisory_xact_lock(hashtextextended('baton schema_migrations', 0))`,
        values: [],
      });
      const pending = nextOf(migrations, await appliedIn(tx));
      if (!pending) return undefined;
      try {
        await tx.execute({ text: pending.text, values: [] });
      } catch (error) {
        if (error instanceof Error) error.message = `${placeOf(pending, error)}: ${error.message}`;
        throw error;
      }
      await tx.execute({
        text: 'INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)',
        values: [pending.number, pending.name, pending.checksum],
      });
      return pending;
    });
    if (!next) return done;
    done.push(next.file);
    log?.info({ migration: next.file }, 'migration applied');
  }
}

/**
 * For programs that work with a running server's database. Changes nothing, and throws if the schema is not
 * the one that this version works with.
 */
export async function requireSchema(db: Queryable, folder: string): Promise<void> {
  if (!(await isThere(db))) throw new OtherSchema('The database holds no installation of Baton');
  if (nextOf(await readMigrations(folder), await readApplied(db)))
    throw new OtherSchema('The database has the schema of an older server: start this one once');
}

/** The file, and the line if PostgreSQL names one. */
function placeOf({ file, text }: Migration, error: Error): string {
  const position = 'position' in error ? Number(error.position) : 0;
  return position > 0 ? `${file} line ${text.slice(0, position).split('\n').length}` : file;
}

const isThere = async (db: Queryable): Promise<boolean> =>
  (await db.first<{ found: boolean }>({
    text: `SELECT to_regclass('schema_migrations') IS NOT NULL AS found`,
    values: [],
  }))!.found;

async function appliedIn(tx: Queryable): Promise<Applied[]> {
  if (!(await isThere(tx))) {
    await tx.execute({
      text: `CREATE TABLE schema_migrations (
        number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now())`,
      values: [],
    });
  }
  return readApplied(tx);
}

const readApplied = (db: Queryable): Promise<Applied[]> =>
  db.query<Applied>({
    text: 'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
    values: [],
  });

function nextOf(migrations: readonly Migration[], applied: readonly Applied[]): Migration | undefined {
  const known = migrations.at(-1)?.number ?? 0;
  const newest = applied.at(-1)?.number ?? 0;
  if (newest > known) throw new NewerSchema(newest, known);
  const checksums = new Map(applied.map((each) => [each.number, each.checksum]));
  for (const { number, checksum, file } of migrations) {
    const before = checksums.get(number);
    if (before !== undefined && before !== checksum) {
      throw new MigrationChanged(`${file} was changed after it was applied to this database`);
    }
  }
  return migrations.find(({ number }) => !checksums.has(number));
}
