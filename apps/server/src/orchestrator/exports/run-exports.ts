import sql from 'sql-template-tag';
import type { Database, Statement, Transaction } from '../../kernel/db/sql.ts';
import { DatabaseUnavailable } from '../../kernel/db/unavailable.ts';
import type { Services } from '../../kernel/http/context.ts';
import { ExportStatus } from './contract.ts';
import { type CsvColumn, csvText } from './csv.ts';
import { readPages } from './read-pages.ts';

/** Backstop of the notices: what a node left behind when it died is found by another within this time. */
const LOOK_MS = 5000;
/** A file is kept for a week. */
const KEEP_DAYS = 7;
/** What brings the server down each time is not tried for ever. */
const MOST_ATTEMPTS = 5;

interface Work {
  readonly id: number;
  readonly query: Statement;
  readonly columns: readonly CsvColumn[];
}

/** Thrown to leave an export to the next start, or to another node. */
class Stopped extends Error {}

type Worker = Pick<Services, 'files' | 'live' | 'log'>;

/**
 * Writes the files of exports, one at a time on each node. The row stays locked while its file is written,
 * and the lock goes with the connection: an export whose node died is free for others at once. Answers how to
 * stop.
 */
export function startExports(services: Worker, db: Database): () => Promise<void> {
  const { live, log } = services;
  const stopping = new AbortController();
  let working: Promise<void> | undefined;
  let again = false;
  const work = async (): Promise<void> => {
    do {
      again = false;
      while (!stopping.signal.aborted && (await runNext(services, db, stopping.signal)));
      await removeOld(services, db);
    } while (again && !stopping.signal.aborted);
  };
  const wake = (): void => {
    again = true;
    working ??= work()
      .catch((error: unknown) => log.error({ err: error }, 'exports could not be worked on'))
      .finally(() => {
        working = undefined;
        if (again && !stopping.signal.aborted) wake();
      });
  };
  const silence = live.on('exports', wake);
  const timer = setInterval(wake, LOOK_MS).unref();
  wake();
  return async () => {
    stopping.abort();
    silence();
    clearInterval(timer);
    await working;
  };
}

/** False when there is nothing to do. */
async function runNext(services: Worker, db: Database, signal: AbortSignal): Promise<boolean> {
  const begun = await db.first<{ id: number; attempts: number }>(sql`
    update exports set status = ${ExportStatus.InProgress}, attempts = attempts + 1
     where id = (select id from exports where status in (0, 1) order by id for update skip locked limit 1)
    returning id, attempts`);
  if (!begun) return false;
  try {
    if (begun.attempts > MOST_ATTEMPTS) throw new Error(`Given up after ${MOST_ATTEMPTS} attempts.`);
    await db.transaction((tx) => writeFile(services, tx, begun.id, signal));
  } catch (error) {
    if (error instanceof Stopped) return false;
    if (error instanceof DatabaseUnavailable) throw error; // says nothing of this export: it is tried again
    services.log.error({ err: error, export: begun.id }, 'an export failed');
    await db.execute(sql`
      update exports set status = ${ExportStatus.Failed}, executed_at = now(), error = ${String(error)}
       where id = ${begun.id}`);
  }
  return true;
}

async function writeFile({ files }: Worker, tx: Transaction, id: number, signal: AbortSignal): Promise<void> {
  const work = await tx.first<Work>(sql`
    select id, query, columns from exports
     where id = ${id} and status = ${ExportStatus.InProgress} for update skip locked`);
  if (!work) return; // another node was quicker
  const key = `exports/${id}.csv`;
  let size = 0;
  async function* content(): AsyncGenerator<Buffer> {
    for await (const text of csvText(work!.columns, readPages(tx, work!.query))) {
      if (signal.aborted) throw new Stopped();
      const bytes = Buffer.from(text);
      size += bytes.length;
      yield bytes;
    }
  }
  await files.write(key, content());
  await tx.execute(sql`
    update exports set status = ${ExportStatus.Completed}, executed_at = now(), size = ${size},
           file_key = ${key}
     where id = ${id}`);
}

async function removeOld({ files }: Worker, db: Database): Promise<void> {
  const old = await db.query<{ file_key: string | null }>(sql`
    delete from exports
     where requested_at < now() - make_interval(days => ${KEEP_DAYS}) and status in (2, 3)
    returning file_key`);
  for (const { file_key: key } of old) if (key) await files.remove(key);
}
