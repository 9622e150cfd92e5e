import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { robotCreated } from './events.ts';

export interface NewRobot {
  /** An id of users. */
  readonly userId: number;
  readonly userName: string;
  /** A number of RobotType. */
  readonly type: number;
}

/**
 * Makes the account that a user's jobs run as, when the user gets unattended rights. The account outlives
 * these rights: a user who gets them again has the same robot. So its key in old jobs and assets always means
 * the same account.
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
