import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Context } from '../../kernel/http/context.ts';
import { activity, requireActive } from '../../people/follow-identity.ts';
import { changingUser, lockUser } from './change-user.ts';
import type { assignRoles, setActive, toggleRole } from './contract.ts';
import { checkTenantRoles, keepingAnAdmin, namedRoles, replaceTenantRoles } from './tenant-roles.ts';

export async function assignTenantRoles(
  ctx: Context,
  { key, body }: InputFor<typeof assignRoles>,
): Promise<void> {
  await ctx.transaction((tx) =>
    keepingAnAdmin(tx, ctx.tenant.id, 'CannotUnassignLastAdmin', async () => {
      const user = await lockUser(tx, ctx.tenant.id, key);
      await changingUser(tx, ctx, user, async () =>
        replaceTenantRoles(tx, key, await checkTenantRoles(tx, ctx.tenant.id, body.roleIds)),
      );
    }),
  );
}

/** Giving a role that is held, or taking one that is not, is no error, because scripts run repeatedly. */
export async function toggleTenantRole(
  ctx: Context,
  { key, body }: InputFor<typeof toggleRole>,
): Promise<void> {
  await ctx.transaction((tx) =>
    keepingAnAdmin(tx, ctx.tenant.id, 'CannotUnassignLastAdmin', async () => {
      const user = await lockUser(tx, ctx.tenant.id, key);
      const [role] = await namedRoles(tx, ctx.tenant.id, [body.role]);
      await changingUser(tx, ctx, user, () =>
        tx.execute(
          body.toggle
            ? sql`insert into user_roles (user_id, role_id) values (${key}, ${role}) on conflict do nothing`
            : sql`delete from user_roles where user_id = ${key} and role_id = ${role}`,
        ),
      );
    }),
  );
}

export async function setUserActive(ctx: Context, { key, body }: InputFor<typeof setActive>): Promise<void> {
  await ctx.transaction((tx) =>
    keepingAnAdmin(tx, ctx.tenant.id, 'CannotInactivateLastAdmin', async () => {
      const user = await lockUser(tx, ctx.tenant.id, key);
      await changingUser(tx, ctx, user, async () => {
        await tx.execute(sql`
          update users set ${activity(body.active)}, modified_at = now() where id = ${key}`);
        if (body.active) await requireActive(tx, key);
      });
    }),
  );
}
