import { entity } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import { DateTime, Enum, Guid, Int64, Json, List, Text } from '../../kernel/contract/fields.ts';
import { file, many, nothing, one, operation, value } from '../../kernel/contract/operation.ts';
import { Export } from '../exports/contract.ts';
import { RobotType } from '../robots/enumerations.ts';

export const LogLevel = enumeration('LogLevel', { Trace: 0, Debug: 1, Info: 2, Warn: 3, Error: 4, Fatal: 5 });

export const RobotLog = entity({
  name: 'LogDto',
  set: 'RobotLogs',
  label: 'Log',
  table: 'robot_logs',
  keyIsIndexed: false,
  grows: 'robot_logs_id',
  // Lines are read only in a folder, which belongs to one tenant. So an index by folder is enough to
  // count them.
  inTenant: false,
  inFolder: '$.folder_id in ?',
  properties: {
    Level: Enum(LogLevel, { notNull: true }),
    WindowsIdentity: Text(),
    ProcessName: Text(),
    TimeStamp: DateTime({ notNull: true }),
    Message: Text({ notNull: true }),
    JobKey: Guid(),
    RawMessage: Text({ notNull: true }),
    RobotName: Text(),
    HostMachineName: Text(),
    MachineId: Int64(),
    MachineKey: Guid({ from: '(select m.key from machines m where m.id = $.machine_id)' }),
    RuntimeType: Enum(RobotType),
    Id: Int64(),
  },
});

const read = {
  tag: 'RobotLogs',
  scope: 'OR.Monitoring',
  permission: 'Logs.View',
  folder: 'required',
  odata: { entity: RobotLog, options: 'efsotkc' },
} as const;

export const getRobotLogs = operation({
  ...read,
  id: 'RobotLogs_Get',
  method: 'GET',
  path: '/odata/RobotLogs',
  summary: 'What robots and processes of the folder have logged, newest first where no order is asked for.',
  answer: many(RobotLog),
});
export const getTotalCount = operation({
  ...read,
  id: 'RobotLogs_GetTotalCount',
  method: 'GET',
  path: '/odata/RobotLogs/~.GetTotalCount',
  summary: 'How many lines the filter finds.',
  answer: value(Int64()),
});
export const exportRobotLogs = operation({
  ...read,
  id: 'RobotLogs_Export',
  method: 'POST',
  path: '/odata/RobotLogs/~.Export',
  summary: 'Has the lines that the filter finds written to a CSV file in the background; see Exports.',
  tells: { nothing: 'A file for the caller alone.' },
  answer: one(Export),
});
/** Newer versions of the API do not have this operation, but older scripts call it. */
export const getRobotLogsReport = operation({
  ...read,
  id: 'RobotLogs_Reports',
  method: 'GET',
  path: '/odata/RobotLogs/~.Reports',
  summary: 'The lines that the filter finds, as a CSV file.',
  query: { fileNameSubject: Text({ maxLength: 200 }) },
  answer: file('text/csv; charset=utf-8'),
});

/**
 * Robots and jobs need no permission to write lines, but they can write only for their own
 * jobs (submit-logs.ts).
 */
const submit = {
  tag: 'Logs',
  method: 'POST',
  scope: 'OR.Monitoring',
  permission: null,
  folder: 'optional',
  callers: ['user', 'app', 'robot', 'machine'],
  answer: nothing(200),
} as const;

const exampleLine = {
  message: 'Invoice INV-1 was read',
  level: 'Information',
  timeStamp: '2026-01-17T14:46:07.415+02:00',
  windowsIdentity: 'ACME\\robot',
  processName: 'Invoices',
  jobId: '8066c309-cef8-4b47-9163-b273fc14cc43',
};

/** Lines may hold any characters. Those that cannot be stored are left out, and the line is not refused. */
export const submitLogs = operation({
  ...submit,
  id: 'Logs_SubmitLogs',
  tells: { nothing: 'Lines are records themselves.' },
  path: '/api/Logs/SubmitLogs',
  summary: 'Stores log lines: all of them or, where one is not readable, none.',
  body: List(Json({ unchecked: true }), { required: true, max: 10_000 }),
  example: [JSON.stringify(exampleLine)],
});
export const submitLog = operation({
  ...submit,
  id: 'Logs_Post',
  tells: { nothing: 'Lines are records themselves.' },
  path: '/api/Logs',
  summary: 'Stores one log line.',
  body: Json({ unchecked: true, required: true }),
  example: exampleLine,
});
