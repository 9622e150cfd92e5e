import sql, { join, type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { badRequest, CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { needsRobot, refuseWhileNeeded } from '../jobs/needs.ts';
import type { convertToFloating, putRobot, toggleEnabledStatus } from './contract.ts';
import { robotDeleted, robotUpdated } from './events.ts';

interface RobotRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
}

const toldOf = (robots: readonly RobotRow[]) =>
  robots.map(({ id, key, name }) => ({ key, payload: { id, name } }));

/**
 * In the classic model, people created robots and bound them to machines. Here a robot comes with its user.
 */
export function refuseClassicRobot(): never {
  throw badRequest(
    CODE.CannotCreateClassicEntities,
    'Robots are not created by hand: give a user unattended rights, and the robot is there.',
  );
}

export const updateRobot =
  ({ whole }: { readonly whole: boolean }) =>
  async (ctx: Context, { key, body }: InputFor<typeof putRobot>): Promise<void> => {
    const changes: Sql[] = [sql`modified_at = now()`, sql`modifier_user_id = ${ctx.access.user?.id ?? null}`];
    if (whole || body.Description !== undefined) changes.push(sql`description = ${body.Description ?? null}`);
    if (whole || body.Username !== undefined) changes.push(sql`username = ${body.Username ?? null}`);
    if (body.CredentialType !== undefined) changes.push(sql`credential_type = ${body.CredentialType ?? 0}`);
    if (typeof body.Enabled === 'boolean') changes.push(sql`is_enabled = ${body.Enabled}`);
    if (whole || body.ExecutionSettings !== undefined) {
      changes.push(sql`execution_settings = ${JSON.stringify(body.ExecutionSettings ?? {})}::jsonb`);
    }
    await ctx.transaction(async (tx) => {
      const robots = await tx.query<RobotRow>(sql`
        update robots set ${join(changes, ', ')} where id = ${key} and tenant_id = ${ctx.tenant.id} returning id, key, name`);
      if (robots.length === 0) throw notFound('Robot');
      await tell(tx, ctx, robotUpdated, toldOf(robots));
    });
  };

export async function toggleEnabled(
  ctx: Context,
  { body }: InputFor<typeof toggleEnabledStatus>,
): Promise<void> {
  const wanted = [...new Set(body.robotIds)];
  await ctx.transaction(async (tx) => {
    const robots = await tx.query<RobotRow>(sql`
      update robots set is_enabled = ${body.enabled}, modified_at = now(), modifier_user_id = ${ctx.access.user?.id ?? null}
       where tenant_id = ${ctx.tenant.id} and id = any(${wanted}::bigint[]) returning id, key, name`);
    if (robots.length !== wanted.length) throw notFound('Robot');
    await tell(tx, ctx, robotUpdated, toldOf(robots));
  });
}

/**
 * Deletes all of them or none. Refuses a robot whose user may run jobs unattended: it would only come back.
 */
export async function deleteRobots(ctx: Context, ids: readonly number[]): Promise<void> {
  const wanted = [...new Set(ids)];
  await ctx.transaction(async (tx) => {
    const robots = await tx.query<RobotRow & { would_come_back: boolean }>(sql`
      select r.id, r.key, r.name, u.may_have_unattended_session as would_come_back
        from robots r join users u on u.id = r.user_id
       where r.tenant_id = ${ctx.tenant.id} and r.id = any(${wanted}::bigint[]) for update of r`);
    if (robots.length !== wanted.length) throw notFound('Robot');
    const held = robots.find((robot) => robot.would_come_back);
    if (held)
      throw conflict(CODE.ItemIsInUse, `The robot ${held.name} is in use: its user has unattended rights.`);
    await refuseWhileNeeded(tx, 'The robot', needsRobot(wanted));
    await tx.execute(sql`delete from robots where id = any(${wanted}::bigint[])`);
    await tell(tx, ctx, robotDeleted, toldOf(robots));
  });
}

export async function checkFloating(
  ctx: Context,
  { body }: InputFor<typeof convertToFloating>,
): Promise<void> {
  const robot = await ctx.db.first(
    sql`select from robots where id = ${body.robotId} and tenant_id = ${ctx.tenant.id}`,
  );
  if (!robot) throw notFound('Robot');
}
