import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { userDeleted } from '../../people/user-events.ts';
import { needsRobot, refuseWhileNeeded } from '../jobs/needs.ts';
import { tenantUsers } from './audited-kinds.ts';
import { lockUser } from './change-user.ts';
import { keepingAnAdmin } from './tenant-roles.ts';

export async function removeUser(ctx: Context, { key: id }: { readonly key: number }): Promise<void> {
  await ctx.transaction((tx) =>
    keepingAnAdmin(tx, ctx.tenant.id, 'CannotDeleteLastAdmin', async () => {
      const user = await lockUser(tx, ctx.tenant.id, id);
      const robots = await tx.query<{ id: number }>(
        sql`select id from robots where user_id = ${id} for update`,
      );
      const robotIds = robots.map((robot) => robot.id);
      await refuseWhileNeeded(tx, `The user ${user.user_name}`, needsRobot(robotIds));
      await audited(tx, actorInTenant(ctx), { kind: tenantUsers, ids: [String(id)] }, () =>
        tx.execute(sql`delete from users where id = ${id}`),
      );
      await tell(tx, ctx, userDeleted, [{ key: user.key, payload: { id, userName: user.user_name } }]);
    }),
  );
}
