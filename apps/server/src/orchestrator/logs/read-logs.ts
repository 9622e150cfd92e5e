import { by } from '@baton/odata/order';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Scope } from '../../kernel/contract/read-rows.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { ExportType } from '../exports/contract.ts';
import { reportFile } from '../exports/report-file.ts';
import { requestExport } from '../exports/request-export.ts';
import type { exportRobotLogs } from './contract.ts';
import { type getRobotLogsReport, RobotLog } from './contract.ts';

/** Newest first. Of lines with the same time, the last one comes first. Walks the index backwards. */
export const newestFirst: Scope = {
  order: (row) => [
    by(sql`${row}.time_stamp`, 'Edm.DateTimeOffset', { descending: true }),
    by(sql`${row}.id`, 'Edm.Int64', { descending: true, isUnique: true }),
  ],
};

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
