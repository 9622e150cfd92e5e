import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { InputOf } from '../../kernel/contract/fields.ts';
import { asName } from '../../kernel/contract/name.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, notFound } from '../../kernel/errors.ts';
import { administeredTenants, lockAdministrators } from '../../people/tenant-administrators.ts';
import { RoleType } from '../roles/enumerations.ts';
import type { User } from './entities.ts';

interface RoleRow {
  readonly id: number;
  readonly name: string;
  readonly type: number;
}

/** The ids of the roles that a body names, by name or by id. Undefined if it names no roles at all. */
export async function wantedRoles(
  db: Queryable,
  tenantId: number,
  { RolesList, UserRoles }: InputOf<typeof User>,
): Promise<readonly number[] | undefined> {
  if (RolesList) return namedRoles(db, tenantId, RolesList);
  if (!UserRoles) return undefined;
  const ids = UserRoles.flatMap(({ RoleId }) => (RoleId == null ? [] : [RoleId]));
  const names = UserRoles.flatMap(({ RoleId, RoleName }) => (RoleId == null && RoleName ? [RoleName] : []));
  return [...(await checkTenantRoles(db, tenantId, ids)), ...(await namedRoles(db, tenantId, names))];
}

/** The ids of roles by their names, in any case. */
export async function namedRoles(
  db: Queryable,
  tenantId: number,
  names: readonly string[],
): Promise<readonly number[]> {
  const wanted = [...new Set(names.map((name) => foldText(asName(name))))];
  if (wanted.length === 0) return [];
  const rows = await db.query<RoleRow>(sql`
    select id, name, type from roles where tenant_id = ${tenantId} and folded(name) = any(${wanted}::text[])`);
  const missing = wanted.find((name) => !rows.some((row) => foldText(row.name) === name));
  if (missing !== undefined) throw notFound(`Role ${missing}`);
  return forTenants(rows);
}

export async function checkTenantRoles(
  db: Queryable,
  tenantId: number,
  ids: readonly number[],
): Promise<readonly number[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const rows = await db.query<RoleRow>(sql`
    select id, name, type from roles where tenant_id = ${tenantId} and id = any(${wanted}::int[])`);
  if (rows.length < wanted.length) throw notFound('Role');
  return forTenants(rows);
}

function forTenants(rows: readonly RoleRow[]): readonly number[] {
  const forFolders = rows.find((row) => row.type === RoleType.Folder);
  if (forFolders) {
    const { name } = forFolders;
    throw badRequest(
      CODE.CannotAssignFolderRolesToUser,
      `The role ${name} is for folders; assign it in one.`,
    );
  }
  return rows.map((row) => row.id);
}

export async function replaceTenantRoles(
  tx: Transaction,
  userId: number,
  roleIds: readonly number[],
): Promise<void> {
  await tx.execute(sql`
    delete from user_roles where user_id = ${userId} and role_id <> all(${roleIds}::int[])`);
  await tx.execute(sql`
    insert into user_roles (user_id, role_id) select ${userId}, unnest(${roleIds}::int[])
    on conflict do nothing`);
}

export type AdminRule = 'CannotDeleteLastAdmin' | 'CannotUnassignLastAdmin' | 'CannotInactivateLastAdmin';

/** Runs a change. Refuses it if it would leave the tenant without an active administrator. */
export async function keepingAnAdmin<T>(
  tx: Transaction,
  tenantId: number,
  rule: AdminRule,
  change: () => Promise<T>,
): Promise<T> {
  const here = sql`r.tenant_id = ${tenantId}`;
  await lockAdministrators(tx, here);
  const before = await administeredTenants(tx, here);
  const result = await change();
  if (before.size > (await administeredTenants(tx, here)).size)
    throw badRequest(CODE[rule], 'The tenant must keep an active administrator.');
  return result;
}
