import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { changing } from '../../kernel/db/changing.ts';
import { badRequest, CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { roles } from '../users/audited-kinds.ts';
import type { putRole } from './contract.ts';
import { roleUpdated } from './events.ts';
import { grantedPermissions } from './permission-names.ts';
import { deletePermissions, insertPermissions, lockRole, type RoleRow } from './sql.ts';

/** A body without `Permissions` keeps them, because clients put back what they read without expanding it. */
export async function updateRole(ctx: Context, { key, body }: InputFor<typeof putRole>): Promise<void> {
  const name = body.Name;
  await changing(ctx, { roles_name: name ?? '' }, async (tx) => {
    const role = await tx.first<RoleRow>(lockRole(ctx.tenant.id, key));
    if (!role) throw notFound('Role');
    if (!role.is_editable) throw conflict(CODE.RoleIsNotEditable, `The role ${role.name} cannot be changed.`);
    if (body.Type != null && body.Type !== role.type) {
      throw badRequest(CODE.CannotChangeRoleType, 'The type of a role cannot be changed.');
    }
    if (role.is_static && name && name !== role.name) {
      throw conflict(CODE.RoleIsNotEditable, `The role ${role.name} cannot be renamed.`);
    }
    await audited(tx, actorInTenant(ctx), { kind: roles, ids: [String(key)] }, async () => {
      await tx.execute(sql`
          update roles set name = coalesce(${name || null}, name), groups = coalesce(${body.Groups}, groups),
                 display_name = coalesce(${body.DisplayName || null},
                                         case when display_name = name then ${name || null} end, display_name)
           where id = ${key}`);
      if (!body.Permissions) return;
      await tx.execute(deletePermissions(key));
      await tx.execute(insertPermissions(key, grantedPermissions(role.type, body.Permissions)));
    });
    await tell(tx, ctx, roleUpdated, [{ key, payload: { name: name || role.name } }]);
  });
}
