// Made from the server's declarations by `npm run contract`.
import type { RobotType } from './enumerations.ts';
import type { ExportModel } from './exports.ts';
import type { LogLevel } from './logs-shared.ts';
import type { Many, NoInput, One, Operation, Value } from './operation.ts';

export interface LogDto {
  readonly Level: LogLevel;
  readonly WindowsIdentity: string | null;
  readonly ProcessName: string | null;
  readonly TimeStamp: string;
  readonly Message: string;
  readonly JobKey: string | null;
  readonly RawMessage: string;
  readonly RobotName: string | null;
  readonly HostMachineName: string | null;
  readonly MachineId: number | null;
  readonly MachineKey: string | null;
  readonly RuntimeType: RobotType | null;
  readonly Id: number;
}

/** What robots and processes of the folder have logged, newest first where no order is asked for. */
export const getRobotLogs: Operation<NoInput, Many<LogDto>> = {
  id: 'RobotLogs_Get',
  method: 'GET',
  path: '/odata/RobotLogs',
  answer: 'many',
};

/** How many lines the filter finds. */
export const getTotalCount: Operation<NoInput, Value<number | null>> = {
  id: 'RobotLogs_GetTotalCount',
  method: 'GET',
  path: '/odata/RobotLogs/UiPath.Server.Configuration.OData.GetTotalCount',
  answer: 'value',
};

/** Has the lines that the filter finds written to a CSV file in the background; see Exports. */
export const exportRobotLogs: Operation<NoInput, One<ExportModel>> = {
  id: 'RobotLogs_Export',
  method: 'POST',
  path: '/odata/RobotLogs/UiPath.Server.Configuration.OData.Export',
  answer: 'one',
};

/** The lines that the filter finds, as a CSV file. */
export const getRobotLogsReport: Operation<{ readonly fileNameSubject?: string | null }, Response> = {
  id: 'RobotLogs_Reports',
  method: 'GET',
  path: '/odata/RobotLogs/UiPath.Server.Configuration.OData.Reports',
  query: ['fileNameSubject'],
  answer: 'file',
};
