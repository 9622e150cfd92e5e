import sql from 'sql-template-tag';
import { claim } from '../../kernel/background/claim.ts';
import { onNotice } from '../../kernel/background/on-notice.ts';
import { type CsvColumn, csvText } from '../../kernel/contract/csv.ts';
import { constant } from '../../kernel/db/constant.ts';
import type { Database, Statement, Transaction } from '../../kernel/db/sql.ts';
import { DatabaseUnavailable } from '../../kernel/db/unavailable.ts';
import { adopt, withNewKey } from '../../kernel/files/unused-files.ts';
import type { Services } from '../../kernel/http/context.ts';
import { ExportStatus } from './contract.ts';
import { readPages } from './read-pages.ts';

const LOOK_SECONDS = 5;
/** A file is kept for a week. */
const KEEP_DAYS = 7;
/** An export that brings the server down each time is not tried for ever. */
const MOST_ATTEMPTS = 5;
/** More than the number of nodes, each of which has claimed at most one. */
const CANDIDATES = 100;

interface Work {
  readonly query: Statement;
  readonly columns: readonly CsvColumn[];
}

/** Thrown to leave an export to another node or to the next start of this one. */
class Stopped extends Error {}

type Worker = Pick<Services, 'files' | 'live' | 'log' | 'clock'>;

/**
 * Writes the files of exports, one at a time on each node. A claim ends with its connection: if a node dies,
 * other nodes can take its export at once. Answers a function that stops the work.
 */
export function startExports(services: Worker, db: Database): () => Promise<void> {
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && (await runNext(services, db, signal)));
    await removeOld(db);
  };
  return onNotice({ name: 'exports', topic: 'exports', lookSeconds: LOOK_SECONDS, run }, services);
}

/**
 * Writes the next export. Answers false if there is none, or if other nodes are writing all of them. One
 * connection holds the claim, and another one works.
 */
const runNext = (services: Worker, db: Database, signal: AbortSignal): Promise<boolean> =>
  db.transaction(async (claiming) => {
    const id = await claimNext(claiming);
    if (id === undefined) return false;
    try {
      await countAttempt(db, id);
      await withNewKey(db, services.files, 'exports', (key) =>
        db.transaction((tx) => writeFile(services, tx, { id, key }, signal)),
      );
    } catch (error) {
      if (error instanceof Stopped) {
        // An orderly stop of the server does not count as an attempt.
        await db.execute(sql`update exports set attempts = attempts - 1 where id = ${id}`);
        return false;
      }
      if (error instanceof DatabaseUnavailable) throw error; // says nothing of this export: it is tried again
      services.log.error({ err: error, export: id }, 'an export failed');
      await db.execute(sql`
        update exports set status = ${ExportStatus.Failed}, executed_at = now(), error = ${String(error)}
         where id = ${id} and status = ${ExportStatus.InProgress}`);
    }
    return true;
  });

/** The states in the index exports_to_do. */
const OPEN = constant([ExportStatus.New, ExportStatus.InProgress]);

/** The oldest export that is to be written and that nobody is writing. */
async function claimNext(tx: Transaction): Promise<number | undefined> {
  const open = await tx.query<{ id: number }>(sql`
    select id from exports where status in ${OPEN} order by id limit ${CANDIDATES}`);
  for (const { id } of open) {
    if (!(await claim(tx, `export ${id}`))) continue;
    // The export may have been completed since it was read: another node had the claim until then.
    const still = await tx.first(sql`select from exports where id = ${id} and status in ${OPEN}`);
    if (still) return id;
  }
  return undefined;
}

/** Runs in its own transaction, because the count must survive if the export brings the node down. */
async function countAttempt(db: Database, id: number): Promise<void> {
  const { attempts } = (await db.first<{ attempts: number }>(sql`
    update exports set status = ${ExportStatus.InProgress}, attempts = attempts + 1 where id = ${id}
    returning attempts`))!;
  if (attempts > MOST_ATTEMPTS) throw new Error(`Given up after ${MOST_ATTEMPTS} attempts.`);
}

async function writeFile(
  { files }: Worker,
  tx: Transaction,
  { id, key }: { readonly id: number; readonly key: string },
  signal: AbortSignal,
): Promise<void> {
  const { query, columns } = (await tx.first<Work>(
    sql`select query, columns from exports where id = ${id}`,
  ))!;
  let size = 0;
  async function* content(): AsyncGenerator<Buffer> {
    for await (const text of csvText(columns, readPages(tx, query))) {
      if (signal.aborted) throw new Stopped();
      const bytes = Buffer.from(text);
      size += bytes.length;
      yield bytes;
    }
  }
  await files.write(key, content());
  await adopt(tx, key);
  // This node may have lost its claim with its connection, and another node may have completed the export.
  // Then that node's file stays, and this one is removed.
  const isMine = await tx.execute(sql`
    update exports set status = ${ExportStatus.Completed}, executed_at = now(), size = ${size},
           file_key = ${key}
     where id = ${id} and status = ${ExportStatus.InProgress}`);
  if (!isMine) throw new Error('The export was completed by another node.');
}

/** The files of deleted exports become unused (0095_files_of_packages_and_exports.sql). */
const removeOld = (db: Database): Promise<number> =>
  db.execute(sql`
    delete from exports
     where requested_at < now() - make_interval(days => ${KEEP_DAYS}) and status not in ${OPEN}`);
