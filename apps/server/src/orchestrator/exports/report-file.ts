import { csvText } from '../../kernel/contract/csv.ts';
import { writeAndReadOnce } from '../../kernel/files/read-once.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { readPages } from './read-pages.ts';
import { type ExportRequest, fileOf } from './request-export.ts';

/**
 * Answers at once what an export would hold. The rows are written to a file first and sent from there, with a
 * thousand rows in memory at a time. Otherwise a client that reads slowly would hold a connection and a
 * snapshot of the database for as long as it likes. `name` is the name of the file, without `.csv`.
 */
export async function reportFile(
  ctx: Context,
  what: Pick<ExportRequest, 'entity' | 'columns' | 'scope'>,
  name: string,
): Promise<FileAnswer> {
  const { columns, statement } = fileOf(ctx, what);
  const { outside: db, files, log } = ctx;
  const { stream, size } = await writeAndReadOnce({ db, files, log }, 'exports', (key) =>
    ctx.transaction((tx) => files.write(key, csvText(columns, readPages(tx, statement)))),
  );
  return { body: stream, size, fileName: `${name}.csv` };
}
