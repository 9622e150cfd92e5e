import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';

/** A robot that may run jobs on a machine, in the form of `RobotDetailsDto`. */
export interface MachineRobot {
  readonly id: number;
  readonly robotKey: string;
  readonly user: string;
  readonly robotName: string;
  readonly robotType: number;
  readonly machineId: number;
  readonly machineName: string;
  readonly tenantId: number;
  readonly executionSettings: unknown;
  /** Both are always null: a robot has no credentials, and may be assigned to several folders. */
  readonly authSettings: null;
  readonly organizationUnitId: null;
}

/** The machine of the caller. A machine's token names it. */
export const machineOf = (ctx: Context): number => {
  const { machineId } = ctx.principal;
  if (machineId === undefined) throw notFound('Machine');
  return machineId;
};

export const robotsOfMachine = (db: Queryable, machineId: number): Promise<MachineRobot[]> =>
  db.query<MachineRobot>(sql`
    select r.id, r.key as "robotKey", coalesce(r.username, u.user_name) as "user", r.name as "robotName", r.type as "robotType",
           m.id as "machineId", m.name as "machineName", m.tenant_id as "tenantId", r.execution_settings as "executionSettings",
           null as "authSettings", null as "organizationUnitId"
      from machines m join robots r on r.id in (
             select fr.robot_id from machine_folders mf join folder_robots fr on fr.folder_id = mf.folder_id where mf.machine_id = m.id)
      join users u on u.id = r.user_id
     where m.id = ${machineId}
       and (not exists (select from machine_robots o where o.machine_id = m.id)
            or exists (select from machine_robots o where o.machine_id = m.id and o.robot_id = r.id))
     order by r.id`);

/** The robot that the caller names by key or by user. */
export async function robotOfMachine(
  db: Queryable,
  machineId: number,
  { robotKey, userName }: { readonly robotKey?: string | null; readonly userName?: string | null },
): Promise<MachineRobot> {
  const robots = await robotsOfMachine(db, machineId);
  const robot = robotKey
    ? robots.find((each) => each.robotKey === robotKey.toLowerCase())
    : robots.find((each) => foldText(each.user) === foldText(userName ?? ''));
  if (!robot) throw notFound('Robot');
  return robot;
}
