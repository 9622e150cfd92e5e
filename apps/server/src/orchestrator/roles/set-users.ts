import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { roles } from '../users/audited-kinds.ts';
import { keepingAnAdmin } from '../users/tenant-roles.ts';
import type { setUsers } from './contract.ts';
import { RoleType } from './enumerations.ts';
import { usersSet } from './events.ts';
import { lockRole, type RoleRow } from './sql.ts';

export async function setUsersOfRole(ctx: Context, { key, body }: InputFor<typeof setUsers>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const role = await tx.first<RoleRow>(lockRole(ctx.tenant.id, key));
    if (!role) throw notFound('Role');
    if (role.type === RoleType.Folder) {
      throw badRequest(
        CODE.CannotAssignFolderRolesToUser,
        `The role ${role.name} is for folders; assign it in one.`,
      );
    }
    await requireUsers(tx, ctx.tenant.id, [...body.addedUserIds, ...body.removedUserIds]);
    const change = { kind: roles, ids: [String(key)] };
    await keepingAnAdmin(tx, ctx.tenant.id, 'CannotUnassignLastAdmin', () =>
      audited(tx, actorInTenant(ctx), change, async () => {
        await tx.execute(sql`
          delete from user_roles where role_id = ${key} and user_id = any(${body.removedUserIds}::bigint[])`);
        await tx.execute(sql`
          insert into user_roles (role_id, user_id) select ${key}, unnest(${body.addedUserIds}::bigint[])
          on conflict do nothing`);
      }),
    );
    await tell(tx, ctx, usersSet, [{ key, payload: body }]);
  });
}

async function requireUsers(tx: Transaction, tenantId: number, ids: readonly number[]): Promise<void> {
  const wanted = [...new Set(ids)];
  const known = await tx.query(sql`
    select id from users where tenant_id = ${tenantId} and id = any(${wanted}::bigint[])`);
  if (known.length < wanted.length) throw notFound('User');
}
