import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { robotCreated } from './events.ts';

export interface NewRobot {
  /** users.id */
  readonly userId: number;
  readonly userName: string;
  /** `RobotType`. */
  readonly type: number;
}

/**
 * The account that a user's jobs run as. Made when the user gets unattended rights, and kept for good: asked
 * again it is the same robot, so its key in old jobs and assets goes on meaning the same account.
 */
export async function provisionRobot(
  tx: Transaction,
  ctx: Context,
  { userId, userName, type }: NewRobot,
): Promise<void> {
  const robot = await tx.first<{ id: number; key: string; name: string; isNew: boolean }>(sql`
    insert into robots (tenant_id, user_id, name, type)
    values (${ctx.tenant.id}, ${userId}, ${`${userName}-unattended`}, ${type})
    on conflict (user_id) do update set type = excluded.type
    returning id, key, name, xmax = 0 as "isNew"`);
  const { id, key, name, isNew } = robot!;
  if (isNew) await tell(tx, ctx, robotCreated, [{ key, payload: { id, name } }]);
}
