import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { isForeignKeyViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { roles } from '../users/audited-kinds.ts';
import type { deleteRole } from './contract.ts';
import { roleDeleted } from './events.ts';
import { lockRole, type RoleRow } from './sql.ts';

export async function removeRole(ctx: Context, { key }: InputFor<typeof deleteRole>): Promise<void> {
  await ctx
    .transaction(async (tx) => {
      const role = await tx.first<RoleRow>(lockRole(ctx.tenant.id, key));
      if (!role) throw notFound('Role');
      if (role.is_static)
        throw conflict(CODE.CannotDeleteStaticRole, `The role ${role.name} cannot be deleted.`);
      await audited(tx, actorInTenant(ctx), { kind: roles, ids: [String(key)] }, () =>
        tx.execute(sql`delete from roles where id = ${key}`),
      );
      await tell(tx, ctx, roleDeleted, [{ key, payload: { name: role.name } }]);
    })
    .catch((error: unknown) => {
      if (!isForeignKeyViolation(error)) throw error;
      throw conflict(CODE.ItemIsInUse, 'The role is held by users or groups; take it from them first.');
    });
}
