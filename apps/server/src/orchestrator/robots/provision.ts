import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';

export interface NewRobot {
  readonly tenantId: number;
  /** users.id */
  readonly userId: number;
  readonly userName: string;
  /** `RobotType`. */
  readonly type: number;
}

/**
 * The account that a user's jobs run as. Made when the user gets unattended rights, and kept for good: asked again it is the same
 * robot, so its key in old jobs and assets goes on meaning the same account.
 */
export async function provisionRobot(
  tx: Transaction,
  { tenantId, userId, userName, type }: NewRobot,
): Promise<{ readonly id: number; readonly key: string }> {
  const robot = await tx.first<{ id: number; key: string }>(sql`
    insert into robots (tenant_id, user_id, name, type) values (${tenantId}, ${userId}, ${`${userName}-unattended`}, ${type})
    on conflict (user_id) do update set type = excluded.type
    returning id, key`);
  return robot!;
}
