import sql from 'sql-template-tag';
import { recordMade } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import { PERMISSION_GROUPS } from '../../kernel/auth/permissions.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { changing } from '../../kernel/db/changing.ts';
import { badRequest, CODE, invalid } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { roles } from '../users/audited-kinds.ts';
import { type postRole, Role } from './contract.ts';
import { PermissionScope, RoleType } from './enumerations.ts';
import { roleCreated } from './events.ts';
import { grantedPermissions } from './permission-names.ts';
import { insertPermissions } from './sql.ts';

/** Refuses mixed roles, which are only built in: what a role means must not depend on where it is held. */
export async function createRole(
  ctx: Context,
  { body }: InputFor<typeof postRole>,
): Promise<AnswerFor<typeof postRole>> {
  const name = body.Name;
  if (!name) throw invalid('Name', 'is required');
  const type = body.Type ?? RoleType.Folder;
  if (type === RoleType.Mixed) {
    throw badRequest(
      CODE.CreateCustomMixedRoleNotAllowed,
      'A new role is for tenants or for folders, not for both.',
    );
  }
  const permissions = grantedPermissions(type, body.Permissions ?? []);
  const id = await changing(ctx, { roles_name: name }, async (tx) => {
    const role = await tx.first<{ id: number }>(sql`
        insert into roles (tenant_id, name, display_name, type, groups)
        values (${ctx.tenant.id}, ${name}, ${body.DisplayName || name}, ${type}, ${body.Groups})
        returning id`);
    await tx.execute(insertPermissions(role!.id, permissions));
    await recordMade(tx, actorInTenant(ctx), roles, [String(role!.id)]);
    await tell(tx, ctx, roleCreated, [{ key: role!.id, payload: { name, permissions } }]);
    return role!.id;
  });
  return {
    ...(await findByKey(ctx, Role, id)),
    Permissions: permissions.map((each) => permissionRow(id, each)),
  };
}

const permissionRow = (roleId: number, permission: string): unknown => ({
  Name: permission,
  IsGranted: true,
  RoleId: roleId,
  Scope: PermissionScope[PERMISSION_GROUPS[permission.split('.')[0] as keyof typeof PERMISSION_GROUPS]],
  Id: 0,
});
