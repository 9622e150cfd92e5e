import sql from 'sql-template-tag';
import { ALL_PERMISSIONS } from '../../kernel/auth/permissions.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list } from '../../kernel/contract/read-rows.ts';
import { forbidden, nameUsed, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { userUpdated } from '../../people/user-events.ts';
import { addUser } from './add-user.ts';
import { assignTenantRoles, setUserActive, toggleTenantRole } from './change-tenant-roles.ts';
import { changeUser } from './change-user.ts';
import {
  assignRoles,
  changeCulture,
  changeUserCulture,
  deleteUser,
  getCurrentPermissions,
  getCurrentUser,
  getCurrentUserExtended,
  getUser,
  getUsers,
  patchUser,
  postUser,
  putUser,
  setActive,
  toggleRole,
  validateUsers,
} from './contract.ts';
import { removeUser } from './delete-user.ts';
import { CurrentUser, User } from './entities.ts';

export const usersRoutes: readonly Route[] = [
  handle(getUsers, (ctx) => list(ctx, User)),
  handle(getUser, oneUser),
  handle(postUser, createUser),
  handle(putUser, (ctx, { key, body }) => changeUser(ctx, key, body, true)),
  handle(patchUser, (ctx, { key, body }) => changeUser(ctx, key, body, false)),
  handle(deleteUser, removeUser),
  handle(assignRoles, assignTenantRoles),
  handle(toggleRole, toggleTenantRole),
  handle(setActive, setUserActive),
  handle(changeUserCulture, (ctx, { key, body }) => setCulture(ctx, key, body.culture)),
  handle(changeCulture, (ctx, { body }) => setCulture(ctx, ctx.access.user?.id, body.culture)),
  handle(getCurrentUser, (ctx) => ctx.access.user && findByKey(ctx, User, ctx.access.user.id)),
  handle(getCurrentUserExtended, (ctx) => ctx.access.user && findByKey(ctx, CurrentUser, ctx.access.user.id)),
  handle(getCurrentPermissions, currentPermissions),
  handle(validateUsers, validate),
];

function oneUser(ctx: Context, { key }: InputFor<typeof getUser>): Promise<AnswerFor<typeof getUser>> {
  if (!ctx.access.can('Users.View') && ctx.access.user?.id !== key) throw forbidden();
  return findByKey(ctx, User, key);
}

async function createUser(
  ctx: Context,
  { body }: InputFor<typeof postUser>,
): Promise<AnswerFor<typeof postUser>> {
  const id = await ctx.transaction((tx) => addUser(tx, ctx, body));
  if (id === undefined) throw nameUsed(body.UserName!);
  return findByKey(ctx, User, id);
}

async function setCulture(ctx: Context, id: number | undefined, culture: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    const user = await tx.first<{ id: number; key: string; userName: string }>(sql`
      update users set details = details || jsonb_build_object('Culture', ${culture}::text)
       where tenant_id = ${ctx.tenant.id} and id = ${id ?? null} returning id, key, user_name as "userName"`);
    if (!user) throw notFound('User');
    const { key, ...payload } = user;
    await tell(tx, ctx, userUpdated, [{ key, payload }]);
  });
}

function currentPermissions({ access, folder }: Context): AnswerFor<typeof getCurrentPermissions> {
  const isHeld = (permission: string): boolean =>
    access.can(permission) || (folder !== undefined && access.can(permission, folder.id));
  return { UserId: access.user?.id ?? null, Permissions: ALL_PERMISSIONS.filter(isHeld) };
}

/** False for an id that names no user of the tenant, or a user who is inactive or has no active identity. */
async function validate(
  ctx: Context,
  { userIds }: InputFor<typeof validateUsers>,
): Promise<AnswerFor<typeof validateUsers>> {
  const valid = await ctx.db.query<{ id: number }>(sql`
    select u.id from users u
      left join identity_users i on i.id = u.directory_identifier
      left join external_apps a on a.client_id = u.directory_identifier
     where u.tenant_id = ${ctx.tenant.id} and u.id = any(${userIds}::bigint[]) and u.is_active
       and (u.directory_identifier is null or i.is_active or a.client_id is not null)`);
  const ids = new Set(valid.map((row) => row.id));
  return Object.fromEntries(userIds.map((id) => [id, ids.has(id)]));
}
