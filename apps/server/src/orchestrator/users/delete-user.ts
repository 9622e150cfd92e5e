import sql from 'sql-template-tag';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import { lockUser } from './change-user.ts';
import { keepingAnAdmin } from './tenant-roles.ts';

export async function removeUser(ctx: Context, { key: id }: { readonly key: number }): Promise<void> {
  await ctx.transaction((tx) =>
    keepingAnAdmin(tx, ctx.tenant.id, 'CannotDeleteLastAdmin', async () => {
      const user = await lockUser(tx, ctx.tenant.id, id);
      await tx.execute(sql`delete from users where id = ${id}`);
      await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
        { type: 'user.deleted', entity: 'User', key: user.key, payload: { id, userName: user.user_name } },
      ]);
      tx.afterCommit(() => {
        ctx.live.notify('access');
        ctx.live.notify('jobs');
        ctx.live.notify('robots');
      });
    }),
  );
}
