import sql, { type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Scope } from '../../kernel/contract/read-rows.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { ExportType } from '../exports/contract.ts';
import { reportFile } from '../exports/report-file.ts';
import { requestExport } from '../exports/request-export.ts';
import type { exportRobotLogs } from './contract.ts';
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

export const exportLogs = (ctx: Context): Promise<AnswerFor<typeof exportRobotLogs>> =>
  requestExport(ctx, { ...logFile, type: ExportType.Logs, name: `logs-${today(ctx)}` });

export const reportLogs = (
  ctx: Context,
  { fileNameSubject }: InputFor<typeof getRobotLogsReport>,
): Promise<FileAnswer> => reportFile(ctx, logFile, `${fileNameSubject ?? 'logs'}-${today(ctx)}`);

const today = (ctx: Context): string => new Date(ctx.now()).toISOString().slice(0, 10);
