import { arrayOf } from '../../kernel/db/arrays.ts';
import type { Queryable, Statement } from '../../kernel/db/sql.ts';
import type { LogLine } from './log-line.ts';

/** What is known about a job that a line names. */
export interface LogJob {
  readonly key: string;
  readonly folder_id: number;
  readonly machine_id: number | null;
  readonly runtime_type: number;
  readonly release_name: string;
  readonly host_machine_name: string | null;
  readonly robot_name: string | null;
}

/** `machineId`: only the jobs that this machine has, or had before the job was given back. */
export async function jobsOf(
  db: Queryable,
  tenantId: number,
  keys: readonly string[],
  machineId: number | undefined,
): Promise<ReadonlyMap<string, LogJob>> {
  if (keys.length === 0) return new Map();
  const rows = await db.query<LogJob>({
    name: 'log-jobs',
    text: `select j.key, j.folder_id, j.machine_id, j.runtime_type, j.release_name, j.host_machine_name,
                  r.name as robot_name
             from jobs j
             left join robots r on r.id = j.robot_id left join sessions s on s.id = j.session_id
            where j.key = any($1::uuid[]) and j.tenant_id = $2
              and ($3::bigint is null or j.machine_id = $3 or s.machine_id = $3)`,
    values: [keys, tenantId, machineId ?? null],
  });
  return new Map(rows.map((row) => [row.key, row]));
}

export interface PlacedLine extends LogLine {
  readonly tenantId: number;
  readonly folderId: number;
  readonly timeStamp: string;
  readonly job: LogJob | undefined;
}

/**
 * One statement for the lines of one call or of many. Each column is passed as one array. A line that is
 * already stored is skipped.
 */
export function insertLines(lines: readonly PlacedLine[]): Statement {
  const column = (read: (line: PlacedLine) => string | number | null | undefined): string | null =>
    arrayOf(lines.map((line) => read(line) ?? null));
  return {
    name: 'insert-log-lines',
    text: `insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message,
             process_name, windows_identity, robot_name, host_machine_name, machine_id, runtime_type,
             fingerprint)
           select * from unnest($1::int[], $2::bigint[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::text[],
                         $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[],
                         $13::smallint[], $14::text[])
           on conflict do nothing`,
    values: [
      column((line) => line.tenantId),
      column((line) => line.folderId),
      column((line) => line.jobKey),
      column((line) => line.level),
      column((line) => line.timeStamp),
      column((line) => line.message),
      column((line) => line.rawMessage),
      column((line) => line.processName ?? line.job?.release_name),
      column((line) => line.windowsIdentity),
      column((line) => line.robotName ?? line.job?.robot_name),
      column((line) => line.hostMachineName ?? line.job?.host_machine_name),
      column((line) => line.job?.machine_id),
      column((line) => line.job?.runtime_type),
      column((line) => line.fingerprint),
    ],
  };
}
