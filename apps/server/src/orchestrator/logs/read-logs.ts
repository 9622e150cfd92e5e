import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Scope } from '../../kernel/contract/read-rows.ts';
import { notFound } from '../../kernel/errors.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { ExportType } from '../exports/contract.ts';
import { csvText } from '../exports/csv.ts';
import { readPages } from '../exports/read-pages.ts';
import { fileOf, requestExport } from '../exports/request-export.ts';
import { type getRobotLogsReport, RobotLog } from './contract.ts';

/**
 * Newest first; lines of one moment in the order of their arrival, so that pages do not overlap. Walks the
 * index backwards.
 */
export const newestFirst: Scope = { orderBy: (row: Sql) => sql`${row}.time_stamp desc, ${row}.id desc` };

const COLUMNS = [
  'TimeStamp',
  'Level',
  'ProcessName',
  'RobotName',
  'HostMachineName',
  'WindowsIdentity',
  'JobKey',
  'Message',
  'RawMessage',
] as const;

const logFile = { entity: RobotLog, columns: COLUMNS, scope: newestFirst } as const;

export const exportLogs = (ctx: Context): Promise<unknown> =>
  requestExport(ctx, { ...logFile, type: ExportType.Logs, name: `logs-${today(ctx)}` });

/**
 * The same file at once. Not streamed from the database: a client that reads slowly would hold a connection
 * of its pool.
 */
export async function reportLogs(
  ctx: Context,
  { fileNameSubject }: InputFor<typeof getRobotLogsReport>,
): Promise<FileAnswer> {
  const { columns, statement } = fileOf(ctx, logFile);
  const key = `exports/report-${crypto.randomUUID()}.csv`;
  await ctx.transaction((tx) => ctx.files.write(key, csvText(columns, readPages(tx, statement))));
  const stored = await ctx.files.read(key);
  if (!stored) throw notFound('Report');
  stored.stream.once('close', () => void ctx.files.remove(key));
  return {
    body: stored.stream,
    size: stored.size,
    contentType: 'text/csv; charset=utf-8',
    fileName: `${fileNameSubject ?? 'logs'}-${today(ctx)}.csv`,
  };
}

const today = (ctx: Context): string => new Date(ctx.now()).toISOString().slice(0, 10);
