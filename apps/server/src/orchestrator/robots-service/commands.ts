import sql from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import type { Context } from '../../kernel/http/context.ts';
import { JobState } from '../jobs/enumerations.ts';
import { issueJobToken } from '../jobs/job-token.ts';
import { FINAL } from '../jobs/transitions.ts';
import { readEnvironment } from '../processes/environment-variables.ts';
import type { RobotCommand } from './contract.ts';
import type { SessionRow } from './session-row.ts';

/** A job of a session, with a command that the robot must be sent. */
export interface CommandRow {
  readonly id: number;
  readonly key: string;
  readonly state: number;
  readonly executionId: string;
  readonly folderId: number;
  readonly folderKey: string;
  readonly folderPath: string;
  readonly robotId: number;
  readonly robotKey: string;
  readonly robotName: string;
  readonly robotType: number;
  readonly username: string;
  readonly executionSettings: unknown;
  readonly userId: number;
  readonly userKey: string;
  readonly machineId: number;
  readonly releaseKey: string | null;
  readonly releaseName: string;
  readonly processKey: string;
  readonly processVersion: string;
  readonly feedId: string | null;
  readonly sha256: string | null;
  readonly entryPointPath: string | null;
  readonly inputArguments: string | null;
  readonly inputFile: string | null;
  readonly environmentVariables: string | null;
  readonly stopAfterSeconds: number | null;
  readonly killAfterSeconds: number | null;
  readonly memoryLimitMegabytes: number | null;
  readonly processorLimit: number | null;
  readonly traceId: string | null;
}

/**
 * Starts whose report has not come, and stops of jobs that have not ended. They are repeated until a report
 * of the robot settles them. The query reads twice, because each read has an index of its own:
 * jobs_in_execution and jobs_handed_out.
 */
export const commandsOf = (tx: Transaction, sessionId: number): Promise<CommandRow[]> =>
  tx.query<CommandRow>({
    name: 'commands-of-session',
    text: `
      select j.id, j.key, j.state, j.execution_id as "executionId", j.folder_id as "folderId", f.key as "folderKey", f.path as "folderPath",
             r.id as "robotId", r.key as "robotKey", r.name as "robotName", r.type as "robotType",
             coalesce(r.username, u.user_name) as username, r.execution_settings as "executionSettings", u.id as "userId",
             u.key as "userKey", j.machine_id as "machineId", rel.key as "releaseKey", j.release_name as "releaseName",
             j.process_key as "processKey", j.process_version as "processVersion", j.feed_id as "feedId", j.package_sha256 as sha256,
             j.entry_point_path as "entryPointPath", j.input_arguments as "inputArguments", j.input_file as "inputFile",
             j.environment_variables as "environmentVariables", j.stop_after_seconds as "stopAfterSeconds",
             j.kill_after_seconds as "killAfterSeconds", j.memory_limit_megabytes as "memoryLimitMegabytes",
             j.processor_limit as "processorLimit", j.details->>'TraceId' as "traceId"
        from (select * from jobs where session_id = $1 and state in (${JobState.Stopping}, ${JobState.Terminating})
              union all
              select * from jobs where session_id = $1 and state = ${JobState.Pending} and robot_id is not null and lease_until > clock_timestamp()) j
        join folders f on f.id = j.folder_id left join robots r on r.id = j.robot_id left join users u on u.id = r.user_id
        left join releases rel on rel.id = j.release_id
       order by j.priority desc, j.id`,
    values: [sessionId],
  });

export interface ForeignJob {
  readonly jobKey: string;
}

/**
 * Of the jobs that a robot says it has, those that do not belong to its session, or no longer do. A job that
 * the robot lost and was given again belongs to it: the report of the old execution will be refused, and a
 * kill could hit the new one.
 */
export async function foreignJobs(
  tx: Transaction,
  session: SessionRow,
  heldKeys: readonly string[],
): Promise<ForeignJob[]> {
  if (heldKeys.length === 0) return [];
  return tx.query<ForeignJob>(sql`
    select held.key as "jobKey" from unnest(${heldKeys}::uuid[]) as held (key)
     where not exists (select from jobs j where j.key = held.key and j.tenant_id = ${session.tenantId} and j.session_id = ${session.id}
                          and j.state not in ${FINAL})`);
}

type Command = OutputOf<typeof RobotCommand>;
type Data = Command['data'];

export async function commandOf(ctx: Context, row: CommandRow): Promise<Command> {
  const { robotKey, robotName, robotType, username, machineId, executionSettings } = row;
  return {
    robotKey,
    robotName,
    robotType,
    username,
    machineId,
    executionSettings,
    authSettings: null,
    data: row.state === JobState.Pending ? await startCommand(ctx, row) : stopCommand(row),
  };
}

/** Kills a job that is not the robot's. Nothing but its key is known. */
export const killCommand = ({ jobKey }: ForeignJob): Command => ({
  robotKey: null,
  robotName: null,
  robotType: null,
  username: null,
  machineId: null,
  executionSettings: null,
  authSettings: null,
  data: { id: jobKey, type: 'KillProcess', executionId: null, job: null, jobKey },
});

const stopCommand = ({ key, state }: CommandRow): Data => ({
  id: key,
  type: state === JobState.Terminating ? 'KillProcess' : 'StopProcess',
  executionId: null,
  job: null,
  jobKey: key,
});

async function startCommand(ctx: Context, row: CommandRow): Promise<Data> {
  const accessToken = await issueJobToken(ctx, {
    key: row.key,
    folderId: row.folderId,
    robotId: row.robotId,
    userId: row.userId,
    userKey: row.userKey,
  });
  return {
    id: row.executionId,
    type: 'StartProcess',
    executionId: row.executionId,
    job: {
      id: row.id,
      key: row.key,
      url: `${ctx.origin}/${encodeURIComponent(ctx.organization.name)}/${encodeURIComponent(ctx.tenant.name)}`,
      accessToken,
      organizationId: ctx.organization.id,
      organizationName: ctx.organization.name,
      tenantId: ctx.tenant.key,
      tenantName: ctx.tenant.name,
      folderId: row.folderId,
      folderKey: row.folderKey,
      folderPath: row.folderPath,
      robotKey: row.robotKey,
      account: row.username,
      releaseKey: row.releaseKey,
      processName: row.releaseName,
      packageId: row.processKey,
      packageVersion: row.processVersion,
      packageSha256: row.sha256,
      packageUrl: packageUrl(ctx, row),
      entryPointPath: row.entryPointPath,
      inputArguments: row.inputArguments,
      inputFileUrl: row.inputFile ? inputUrl(ctx, row) : null,
      environmentVariables: readEnvironment(row.environmentVariables),
      stopAfterSeconds: row.stopAfterSeconds,
      killAfterSeconds: row.killAfterSeconds,
      memoryLimitMegabytes: row.memoryLimitMegabytes,
      processorLimit: row.processorLimit,
      traceId: row.traceId,
    },
    jobKey: null,
  };
}

function packageUrl(ctx: Context, { processKey, processVersion, feedId }: CommandRow): string {
  const key = encodeURIComponent(`${processKey}:${processVersion}`.replaceAll("'", "''"));
  const feed = feedId ? `?feedId=${feedId}` : '';
  return `${ctx.baseUrl}/odata/Processes/UiPath.Server.Configuration.OData.DownloadPackage(key='${key}')${feed}`;
}

const inputUrl = ({ baseUrl }: Context, { key, executionId }: CommandRow): string =>
  `${baseUrl}/api/RobotsService/GetJobInput?jobKey=${key}&executionId=${executionId}`;
