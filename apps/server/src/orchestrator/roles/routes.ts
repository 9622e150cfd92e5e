import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { User } from '../users/entities.ts';
import {
  deleteRole,
  getRole,
  getRoles,
  getUserIdsForRole,
  getUsersForRole,
  postRole,
  putRole,
  Role,
  setUsers,
} from './contract.ts';
import { createRole } from './create-role.ts';
import { removeRole } from './delete-role.ts';
import { setUsersOfRole } from './set-users.ts';
import { updateRole } from './update-role.ts';

export const rolesRoutes: readonly Route[] = [
  handle(getRoles, (ctx) => list(ctx, Role)),
  handle(getRole, (ctx, { key }) => findByKey(ctx, Role, key)),
  handle(postRole, createRole),
  handle(putRole, updateRole),
  handle(deleteRole, removeRole),
  handle(setUsers, setUsersOfRole),
  handle(getUserIdsForRole, userIds),
  handle(getUsersForRole, users),
];

const holders = (roleId: number): Sql => sql`select user_id from user_roles where role_id = ${roleId}`;

async function userIds(
  ctx: Context,
  { key }: InputFor<typeof getUserIdsForRole>,
): Promise<readonly number[]> {
  await requireRole(ctx, key);
  const rows = await ctx.db.query<{ user_id: number }>(sql`${holders(key)} order by 1`);
  return rows.map((row) => row.user_id);
}

async function users(ctx: Context, { key }: InputFor<typeof getUsersForRole>): Promise<Page> {
  await requireRole(ctx, key);
  return list(ctx, User, { where: (row) => sql`${row}.id in (${holders(key)})` });
}

async function requireRole(ctx: Context, id: number): Promise<void> {
  const role = await ctx.db.first(sql`select from roles where tenant_id = ${ctx.tenant.id} and id = ${id}`);
  if (!role) throw notFound('Role');
}
