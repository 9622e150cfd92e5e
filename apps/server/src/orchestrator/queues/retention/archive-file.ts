import { Readable } from 'node:stream';
import { parseOptions } from '@baton/odata/options';
import { selectList } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { ZipFile } from 'yazl';
import { type CsvColumn, csvColumns, csvText } from '../../../kernel/contract/csv.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { readPages } from '../../exports/read-pages.ts';
import { RetentionType } from '../../processes/contract.ts';
import { QueueItem } from '../items/contract.ts';

/** How many items are in memory at a time. Each may be a few megabytes. */
const ROWS = 20;

export interface Archived {
  readonly queueKey: string;
  readonly queueName: string;
  /** A `RetentionType`. */
  readonly type: number;
  /** In days. */
  readonly period: number;
  readonly ids: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * `Queue-<key>/2026-11-02-03-00-08-496-1793588408496`: the name that the guide gives archives,
 * without the extension.
 */
export const archiveName = ({
  queueKey,
  at,
}: Archived): { readonly folder: string; readonly name: string } => ({
  folder: `Archive/Queues/Queue-${queueKey}`,
  name: `${new Date(at).toISOString().slice(0, -1).replace(/[T:.]/g, '-')}-${at}`,
});

/**
 * The zip file of an archive: items in CSV as in exports, their comments and history, and a description of
 * the archive in JSON. It is written while it is read. What an encrypted queue keeps sealed stays sealed,
 * because a bucket does not encrypt its files.
 */
export function archiveFile(tx: Transaction, archived: Archived): Readable {
  const { ids, at } = archived;
  const name = `Queue-${archived.queueKey}-${archiveName(archived).name}`;
  const table = (columns: readonly CsvColumn[], rows: Sql) => () =>
    csvText(columns, readPages(tx, rows, ROWS));
  return zipOf(new Date(at), {
    [`${name}.csv`]: table(csvColumns(QueueItem, ITEM), itemsOf(ids)),
    [`${name}-comments.csv`]: table(
      named('Id', 'QueueItemId', 'Text', 'UserId', 'CreationTime'),
      commentsOf(ids),
    ),
    [`${name}-history.csv`]: table(
      named('Id', 'QueueItemId', 'Type', 'Actor', 'Timestamp', 'Data'),
      historyOf(ids),
    ),
    [`${name}-metadata.json`]: () => [JSON.stringify(metadataOf(archived), null, 2)],
  });
}

/** The same value in another form, or the same for all items. */
const LEFT_OUT = new Set([
  'Error',
  'SpecificContent',
  'Output',
  'Analytics',
  'RowVersion',
  'HasVideoRecorded',
]);
const ITEM = Object.keys(QueueItem.fields).filter((name) => !LEFT_OUT.has(name));
const named = (...names: string[]): readonly CsvColumn[] => names.map((name) => ({ name }));

const itemsOf = (ids: readonly number[]): Sql =>
  selectList(
    QueueItem.type,
    { ...parseOptions(QueueItem.type, {}), select: new Set(ITEM) },
    { where: (row) => sql`${row}.id = any(${ids}::bigint[])` },
  );
const commentsOf = (ids: readonly number[]): Sql => sql`
  select id as "Id", item_id as "QueueItemId", text as "Text", user_id as "UserId", created_at as "CreationTime"
    from queue_item_comments where item_id = any(${ids}::bigint[]) order by id`;
const historyOf = (ids: readonly number[]): Sql => sql`
  select id as "Id", entity_key as "QueueItemId", type as "Type", actor as "Actor", created_at as "Timestamp",
         payload as "Data"
    from events where entity = 'QueueItem' and entity_key::bigint = any(${ids}::bigint[]) order by id`;

const metadataOf = ({ queueKey, queueName, type, period, ids, at }: Archived) => ({
  queueKey,
  queueName,
  retentionType: RetentionType.nameOf(type),
  retentionPeriodInDays: period,
  archivedAt: new Date(at).toISOString(),
  numberOfItems: ids.length,
});

type Content = () => AsyncIterable<string> | Iterable<string>;

/** Each entry is read after the one before it has been written. */
function zipOf(mtime: Date, entries: Readonly<Record<string, Content>>): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream;
  for (const [name, content] of Object.entries(entries)) {
    zip.addReadStreamLazy(name, { mtime }, (done) => {
      const source = Readable.from(content(), { objectMode: false });
      source.once('error', (error) => output.destroy(error));
      // If nobody reads the file any more, stop reading from the transaction.
      output.once('close', () => source.destroy());
      done(null, source);
    });
  }
  zip.end();
  return output;
}
