import { by } from '@baton/odata/order';
import sql from 'sql-template-tag';
import { PERMISSION_GROUPS, RIGHTS } from '../../kernel/auth/permissions.ts';
import { list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { Permission } from '../roles/contract.ts';
import { PermissionScope } from '../roles/enumerations.ts';
import { getPermissions } from './contract.ts';

export const permissionsRoutes: readonly Route[] = [handle(getPermissions, ofCaller)];

/** First a row for each group, then a row for each right. Role editors rely on that order. */
function ofCaller(ctx: Context): Promise<Page> {
  const holds = (permission: string): boolean =>
    ctx.access.can(permission) || ctx.access.folders(permission).length > 0;
  const groups = Object.entries(PERMISSION_GROUPS);
  const rows = [
    ...groups.map(([group, scope]) => ({
      permission: group,
      scope: PermissionScope[scope],
      is_granted: RIGHTS.some((right) => holds(`${group}.${right}`)),
    })),
    ...groups.flatMap(([group, scope]) =>
      RIGHTS.map((right) => ({
        permission: `${group}.${right}`,
        scope: PermissionScope[scope],
        is_granted: holds(`${group}.${right}`),
      })),
    ),
  ].map((row, position) => ({ ...row, position, role_id: 0 }));
  return list(ctx, Permission, {
    from: sql`(select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                 as r (permission text, scope int, is_granted boolean, role_id int, position int))`,
    order: (row) => [by(sql`${row}.position`, 'Edm.Int32', { isUnique: true })],
  });
}
