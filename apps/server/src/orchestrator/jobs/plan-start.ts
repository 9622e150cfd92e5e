import { randomUUID } from 'node:crypto';
import { validateArguments } from '@baton/nupkg/arguments';
import { isGuid } from '@baton/odata/guid';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, conflict, invalid } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { inputFile } from '../attachments/input-file.ts';
import { storedLabels } from '../labels.ts';
import { readEnvironment } from '../processes/environment-variables.ts';
import {
  findEntryPoint,
  findRelease,
  type StartableEntryPoint,
  type StartableRelease,
} from '../processes/find-release.ts';
import { readInputArguments } from '../processes/input-arguments.ts';
import { priorityOf } from '../processes/priority.ts';
import { limitsFrom, type RunLimits } from '../processes/run-limits.ts';
import { JobSourceType, StartSource, StartStrategy } from './enumerations.ts';
import { refuseUnrunnable } from './runnable-kinds.ts';
import type { StartInfo } from './start-info.ts';
import { chooseRuntime, type FolderRuntime, type Pin, resolvePins } from './who-may-run.ts';

/** A start that has been checked completely. Nothing is written yet. */
export interface StartPlan {
  readonly release: StartableRelease;
  readonly entryPointPath: string | null;
  readonly inputArguments: string | null;
  readonly environmentVariables: string | null;
  readonly priority: number;
  readonly runtime: FolderRuntime;
  /** Labels, as they are stored. */
  readonly requires: readonly string[];
  readonly limits: RunLimits;
  /** One for each job. */
  readonly pins: readonly Pin[];
  readonly batchExecutionKey: string;
  readonly source: string;
  readonly sourceType: number;
  readonly info: StartInfo;
}

export async function planStart(tx: Transaction, ctx: Context, info: StartInfo): Promise<StartPlan> {
  const folder = folderOf(ctx);
  const release = await releaseOf(tx, ctx, info);
  const kind = release.runtimeKind ?? 'unknown';
  const packageName = `${release.processKey}:${release.processVersion}`;
  await refuseUnrunnable(tx, { folderId: folder.id, kind, packageName });
  const entryPoint = await entryPointOf(tx, release, info);
  const inputArguments = await argumentsOf(tx, ctx, { release, entryPoint, info });
  const environmentVariables = environmentOf(release, info);
  const requires = info.Requires ? storedLabels(info.Requires) : release.requires;
  const runtime = await chooseRuntime(tx, {
    folderId: folder.id,
    runtimeType: info.RuntimeType,
    kind,
    requires,
  });
  return {
    release,
    entryPointPath: entryPoint?.path ?? null,
    inputArguments,
    environmentVariables,
    priority: priorityOf(info) ?? release.specificPriorityValue,
    runtime,
    requires,
    limits: limitsFrom(info, release.limits),
    pins: await pinsOf(tx, ctx, info, runtime),
    batchExecutionKey: info.BatchExecutionKey ?? randomUUID(),
    ...sourceOf(ctx, info),
    info,
  };
}

/** The message is a name: it is what clients look for. */
const unknownProcess = (): ApiError => new ApiError(404, CODE.ItemNotFound, 'AssociatedProcessNotFound');

async function releaseOf(
  tx: Transaction,
  ctx: Context,
  { ReleaseKey: key, ReleaseName: name }: StartInfo,
): Promise<StartableRelease> {
  if (!key?.trim() && !name) throw invalid('startInfo.ReleaseKey', 'is required, or ReleaseName');
  if (key?.trim() && !isGuid(key.trim())) throw unknownProcess();
  const by = key?.trim() ? { key: key.trim() } : { name: name! };
  const release = await findRelease(tx, ctx.tenant.id, folderOf(ctx).id, by);
  if (!release) throw unknownProcess();
  return release;
}

async function entryPointOf(
  tx: Transaction,
  release: StartableRelease,
  { EntryPointPath: path }: StartInfo,
): Promise<StartableEntryPoint | null> {
  if (!path || path === release.entryPoint?.path) return release.entryPoint;
  const found = await findEntryPoint(tx, release.packageRowId, path);
  if (!found) throw invalid('startInfo.EntryPointPath', `the package has no entry point ${path}`);
  return found;
}

const FIELD = 'startInfo.InputArguments';

interface Start {
  readonly release: StartableRelease;
  readonly entryPoint: StartableEntryPoint | null;
  readonly info: StartInfo;
}

/**
 * The caller's arguments take precedence over the process's. A text that needs no merging is kept exactly, so
 * numbers of any length survive. Those of a file are merged by the robot, and too many to be checked here may
 * make the job fault.
 */
async function argumentsOf(
  tx: Transaction,
  ctx: Context,
  { release, entryPoint, info }: Start,
): Promise<string | null> {
  const isOwn = entryPoint?.id === release.entryPoint?.id;
  const defaults = isOwn
    ? readInputArguments(release.inputArguments, { schema: null, field: FIELD })
    : undefined;
  const field = info.InputFile ? 'startInfo.InputFile' : FIELD;
  const text = info.InputFile ? await textOfFile(tx, ctx, info) : info.InputArguments;
  const given = readInputArguments(text, { schema: null, field });
  const merged = { ...defaults, ...given };
  const isChecked = !info.InputFile || text !== undefined;
  const [error] = isChecked ? validateArguments(entryPoint?.inputSchema ?? null, merged) : [];
  if (error) throw invalid(error.field ? `${field}.${error.field}` : field, error.message);
  if (!given || info.InputFile) return isOwn ? release.inputArguments : null;
  return defaults ? JSON.stringify(merged) : info.InputArguments!;
}

async function textOfFile(tx: Transaction, ctx: Context, info: StartInfo): Promise<string | undefined> {
  if (info.InputArguments?.trim())
    throw invalid('startInfo.InputFile', 'goes without InputArguments: one of both holds the arguments');
  return inputFile(tx, ctx, info.InputFile!);
}

function environmentOf(release: StartableRelease, info: StartInfo): string | null {
  const given = readEnvironment(info.EnvironmentVariables, 'startInfo.EnvironmentVariables');
  if (Object.keys(given).length === 0) return release.environmentVariables;
  const merged = { ...readEnvironment(release.environmentVariables), ...given };
  return Object.entries(merged)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/**
 * How many jobs to start, and what each is pinned to. `Specific` starts one job for each robot, machine or
 * session that is named. With a count, the jobs take turns over those that are named. The strategies of
 * classic folders that have a count mean the same as the modern one.
 */
async function pinsOf(
  tx: Transaction,
  ctx: Context,
  info: StartInfo,
  runtime: FolderRuntime,
): Promise<readonly Pin[]> {
  const strategy = info.Strategy ?? StartStrategy.ModernJobsCount;
  if (strategy === StartStrategy.All) {
    throw conflict(
      CODE.StrategyNotAvailableInModernFolder,
      'The strategy All is of classic folders; use ModernJobsCount or Specific.',
    );
  }
  const pins = await resolvePins(tx, ctx, info, runtime);
  if (strategy === StartStrategy.Specific) {
    if (pins.length === 0)
      throw invalid('startInfo.RobotIds', 'is required with the strategy Specific, or MachineRobots');
    return pins;
  }
  const count = info.JobsCount || info.NoOfRobots || 1;
  const any: Pin = await pinOfCaller(tx, ctx, info);
  return Array.from({ length: count }, (_, i) => (pins.length > 0 ? pins[i % pins.length]! : any));
}

/** RunAsMe runs the job as the robot of the user who starts it. */
async function pinOfCaller(tx: Transaction, ctx: Context, { RunAsMe }: StartInfo): Promise<Pin> {
  if (!RunAsMe) return {};
  const robot = await tx.first<{ id: number }>({
    text: 'select fr.robot_id as id from folder_robots fr join robots r on r.id = fr.robot_id where r.user_id = $1 and fr.folder_id = $2',
    values: [ctx.access.user?.id ?? null, folderOf(ctx).id],
  });
  if (!robot)
    throw conflict(CODE.NoRobotsAvailable, 'The caller has no robot of their own in the current folder.');
  return { robotId: robot.id };
}

function sourceOf(
  ctx: Context,
  { Source }: StartInfo,
): { readonly source: string; readonly sourceType: number } {
  const own = ctx.principal.kind === 'robot' ? 'RobotAPI' : 'Manual';
  const given = Source === null || Source === undefined ? own : StartSource.nameOf(Source)!;
  const name = given === 'HttpTriggerWithCallback' ? 'HttpTriggerCallback' : given;
  return { source: given, sourceType: JobSourceType.parse(name) ?? JobSourceType.Manual };
}
