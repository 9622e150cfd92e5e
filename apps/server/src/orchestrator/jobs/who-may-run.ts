import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { RobotType } from '../robots/enumerations.ts';
import type { StartInfo } from './start-info.ts';
import { type Lacking, waitsFor } from './waits-for.ts';

/** What a job may be pinned to. Whatever is absent is chosen when the job is handed out. */
export interface Pin {
  readonly robotId?: number;
  readonly machineId?: number;
  readonly sessionId?: number;
}

/** The kind of slot that jobs of a folder will take, and who has such slots. */
export interface FolderRuntime {
  readonly runtimeType: number;
  /** Machines of the folder with slots of this kind, connected or not. */
  readonly machineIds: readonly number[];
  /** Why a job has to wait for more than its turn. Null if somebody can run it. */
  readonly waitsFor: Lacking | null;
}

interface Wanted {
  readonly folderId: number;
  readonly runtimeType: number | null | undefined;
  /** Kind of package. */
  readonly kind: string;
  readonly requires: readonly string[];
}

/**
 * Without a given runtime, it is Unattended, or NonProduction if there is no other. Refuses if nobody could
 * ever run the job.
 */
export async function chooseRuntime(
  db: Queryable,
  { folderId, runtimeType, kind, requires }: Wanted,
): Promise<FolderRuntime> {
  const wanted =
    typeof runtimeType === 'number' ? [runtimeType] : [RobotType.Unattended, RobotType.NonProduction];
  const machines = await db.query<{ machineId: number; runtimeType: number }>(sql`
    select r.machine_id as "machineId", r.runtime_type as "runtimeType"
      from machine_folders mf join machine_runtimes r on r.machine_id = mf.machine_id
     where mf.folder_id = ${folderId} and r.runtime_type = any(${wanted}::int[])`);
  const chosen = wanted.find((type) => machines.some((machine) => machine.runtimeType === type));
  if (chosen === undefined) {
    const names = wanted.map((type) => RobotType.nameOf(type)).join(' or ');
    throw conflict(
      CODE.NoMachineAssociatedWithFolder,
      `Could not find a machine with ${names} runtimes in the current folder.`,
    );
  }
  const robot = await db.first(sql`select from folder_robots where folder_id = ${folderId} limit 1`);
  if (!robot) {
    throw conflict(
      CODE.NoRobotsAvailable,
      "Couldn't find any user with unattended robot permissions in the current folder.",
    );
  }
  const mine = machines.filter((machine) => machine.runtimeType === chosen);
  return {
    runtimeType: chosen,
    machineIds: mine.map(({ machineId }) => machineId),
    waitsFor: await waitsFor(db, { folderId, runtimeType: chosen, kind, requires }),
  };
}

/** The robots, machines and sessions that a start names by id or name, each checked against the folder. */
export async function resolvePins(
  db: Queryable,
  ctx: Context,
  info: StartInfo,
  runtime: FolderRuntime,
): Promise<readonly Pin[]> {
  const pins: Pin[] = [];
  for (const robotId of new Set(info.RobotIds ?? []))
    pins.push({ robotId: await robotOf(db, ctx, { id: robotId }) });
  for (const one of info.MachineRobots ?? []) {
    const pin: Pin = {
      ...(one.RobotId || one.RobotUserName
        ? { robotId: await robotOf(db, ctx, { id: one.RobotId, userName: one.RobotUserName }) }
        : {}),
      ...(one.MachineId || one.MachineName
        ? { machineId: await machineOf(db, ctx, { id: one.MachineId, name: one.MachineName }, runtime) }
        : {}),
    };
    // Clients without a preference send `[{}]`.
    if (Object.keys(pin).length > 0) pins.push(pin);
  }
  for (const sessionId of new Set(info.MachineSessionIds ?? []))
    pins.push(await sessionOf(db, ctx, sessionId, runtime));
  return pins;
}

async function robotOf(
  db: Queryable,
  ctx: Context,
  { id, userName }: { id?: number | null; userName?: string | null },
): Promise<number> {
  const row = await db.first<{ id: number }>(sql`
    select r.id from folder_robots fr join robots r on r.id = fr.robot_id join users u on u.id = r.user_id
     where fr.folder_id = ${folderOf(ctx).id}
       and (r.id = ${id ?? null}::bigint or (${id ?? null}::bigint is null and folded(u.user_name) = folded(${userName ?? null})))`);
  if (row) return row.id;
  throw conflict(
    CODE.InvalidStartJobRobotIds,
    `The robot ${id ?? userName} may not run jobs in the current folder.`,
  );
}

async function machineOf(
  db: Queryable,
  ctx: Context,
  { id, name }: { id?: number | null; name?: string | null },
  { machineIds }: FolderRuntime,
): Promise<number> {
  const row = await db.first<{ id: number }>(sql`
    select id from machines where tenant_id = ${ctx.tenant.id} and id = any(${[...machineIds]}::bigint[])
       and (id = ${id ?? null}::bigint or (${id ?? null}::bigint is null and folded(name) = folded(${name ?? null})))`);
  if (row) return row.id;
  throw conflict(
    CODE.NoMachineAssociatedWithFolder,
    `The machine ${id ?? name} has no such runtimes in the current folder.`,
  );
}

async function sessionOf(
  db: Queryable,
  ctx: Context,
  id: number,
  { machineIds }: FolderRuntime,
): Promise<Pin> {
  const row = await db.first<{ machineId: number }>(sql`
    select machine_id as "machineId" from sessions
     where id = ${id} and tenant_id = ${ctx.tenant.id} and machine_id = any(${[...machineIds]}::bigint[])`);
  if (row) return { sessionId: id, machineId: row.machineId };
  throw conflict(
    CODE.NoMachineAssociatedWithFolder,
    `The session ${id} has no such runtimes in the current folder.`,
  );
}
