import { count, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import {
  exportRobotLogs,
  getRobotLogs,
  getRobotLogsReport,
  getTotalCount,
  RobotLog,
  submitLog,
  submitLogs,
} from './contract.ts';
import { getLines, getOverview, searchLog } from './job-log-contract.ts';
import { readLines, readOverview, search } from './read-job-log.ts';
import { exportLogs, newestFirst, reportLogs } from './read-logs.ts';
import { submit } from './submit-logs.ts';

export const logsRoutes: readonly Route[] = [
  handle(getRobotLogs, (ctx) => list(ctx, RobotLog, newestFirst)),
  handle(getTotalCount, (ctx) => count(ctx, RobotLog)),
  handle(exportRobotLogs, exportLogs),
  handle(getRobotLogsReport, reportLogs),
  handle(getLines, readLines),
  handle(getOverview, readOverview),
  handle(searchLog, search),
  handle(submitLogs, (ctx, { body }) => submit(ctx, body, (i) => `body[${i}]`)),
  handle(submitLog, (ctx, { body }) => submit(ctx, [body], () => 'body')),
];
