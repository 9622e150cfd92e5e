import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputOf } from '../../kernel/contract/fields.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, badRequest, CODE, forbidden, invalid, nameUsed, notFound } from '../../kernel/errors.ts';
import type { Told } from '../../kernel/events/event.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { UserType } from '../../people/user-type.ts';
import { RoleType } from '../roles/enumerations.ts';
import { addUser } from '../users/add-user.ts';
import { tenantUsers } from '../users/audited-kinds.ts';
import type { assignDomainUser, assignUsers, DomainUserAssignment, UserAssignments } from './contract.ts';
import { usersAssigned } from './events.ts';
import { requireFolder, rightTo, type Which } from './reach.ts';

type PerFolder = NonNullable<InputOf<typeof UserAssignments>['RolesPerFolder']>;

export async function assignUsersToFolders(
  ctx: Context,
  { body: { assignments } }: InputFor<typeof assignUsers>,
): Promise<void> {
  const userIds = [...new Set(assignments.UserIds)];
  await ctx.transaction(async (tx) => {
    const known = await tx.query(sql`
      select from users where tenant_id = ${ctx.tenant.id} and id = any(${userIds}::bigint[])`);
    if (known.length < userIds.length) throw missing('User');
    await assign(tx, ctx, userIds, assignments.RolesPerFolder ?? []);
  });
}

/**
 * First adds the user if they are new to the tenant. An existing user with that name or identity stays as it
 * is. If the call names no folder, the caller needs the right to edit all folders.
 */
export async function assignDomainUserToFolders(
  ctx: Context,
  { body: { assignment } }: InputFor<typeof assignDomainUser>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const isAnywhere = (assignment.RolesPerFolder ?? []).length > 0;
    if (!isAnywhere && !ctx.access.can('Units.Edit')) throw forbidden();
    const userId =
      (await findUser(tx, ctx, assignment)) ??
      (await addDomainUser(tx, ctx, assignment)) ??
      // If several calls add the same user at once, one succeeds, and the others find that user here.
      (await findUser(tx, ctx, assignment));
    if (userId === undefined) throw nameUsed(assignment.UserName ?? '');
    await assign(tx, ctx, [userId], assignment.RolesPerFolder ?? []);
  });
}

type Assignment = InputOf<typeof DomainUserAssignment>;

async function findUser(
  tx: Transaction,
  ctx: Context,
  { UserName, DirectoryIdentifier }: Assignment,
): Promise<number | undefined> {
  if (!UserName && !DirectoryIdentifier) throw invalid('assignment.UserName', 'is required');
  const user = await tx.first<{ id: number }>(sql`
    select id from users
     where tenant_id = ${ctx.tenant.id}
       and case when ${DirectoryIdentifier ?? null}::uuid is null
                then folded(user_name) = folded(${UserName ?? null}::text)
                else directory_identifier = ${DirectoryIdentifier ?? null}::uuid end`);
  return user?.id;
}

/** A caller who may only assign roles cannot create identities, so a local user must exist already. */
function addDomainUser(tx: Transaction, ctx: Context, assignment: Assignment): Promise<number | undefined> {
  const { UserType: given, UserName, Domain, DirectoryIdentifier } = assignment;
  const type = given == null || given === UserType.User ? UserType.DirectoryUser : given;
  return addUser(tx, ctx, {
    Type: type,
    UserName: UserName ?? DirectoryIdentifier,
    Domain,
    DirectoryIdentifier,
    MayHaveUnattendedSession: type === UserType.DirectoryRobot,
  });
}

/**
 * Replaces the roles of the users in each of the folders. An empty list takes the users out of the folder.
 */
async function assign(
  tx: Transaction,
  ctx: Context,
  userIds: readonly number[],
  perFolder: PerFolder,
): Promise<void> {
  await requireFolderRoles(tx, ctx, perFolder);
  await tx.execute(sql`
    select from users where id = any(${userIds}::bigint[]) order by id for no key update`);
  const change = { kind: tenantUsers, ids: userIds.map(String) };
  await audited(tx, actorInTenant(ctx), change, () => replaceRoles(tx, ctx, userIds, perFolder));
}

async function replaceRoles(
  tx: Transaction,
  ctx: Context,
  userIds: readonly number[],
  perFolder: PerFolder,
): Promise<void> {
  for (const { FolderId, RoleIds } of perFolder) {
    const { key } = await requireFolder(tx, ctx, { id: FolderId }, rightTo('Edit'));
    await tx.execute(sql`
      delete from folder_users where folder_id = ${FolderId} and user_id = any(${userIds}::bigint[])
         and role_id <> all(${RoleIds}::int[])`);
    await tx.execute(sql`
      insert into folder_users (folder_id, user_id, role_id)
      select ${FolderId}, u, r from unnest(${userIds}::bigint[]) as u, unnest(${RoleIds}::int[]) as r
      on conflict do nothing`);
    await tellOfUsers(tx, ctx, { id: FolderId, key }, { userIds, roleIds: RoleIds });
  }
}

async function requireFolderRoles(tx: Transaction, ctx: Context, perFolder: PerFolder): Promise<void> {
  const ids = [...new Set(perFolder.flatMap(({ RoleIds }) => RoleIds))];
  const roles = await tx.query<{ name: string; type: number }>(sql`
    select name, type from roles where tenant_id = ${ctx.tenant.id} and id = any(${ids}::int[])`);
  if (roles.length < ids.length) throw missing('Role');
  const forTenant = roles.find((role) => role.type === RoleType.Tenant);
  if (forTenant) {
    const { name } = forTenant;
    throw badRequest(
      CODE.CannotAssignTenantRolesToFolder,
      `The role ${name} is for the tenant, not for folders.`,
    );
  }
}

const missing = (what: string): ApiError =>
  new ApiError(404, CODE.EntitiesRequiredForAssignmentNotFound, `${what} does not exist.`);

const tellOfUsers = (
  tx: Transaction,
  ctx: Context,
  { id, key }: { readonly id: number; readonly key: string },
  payload: Told<typeof usersAssigned>['payload'],
): Promise<void> => tell(tx, ctx, usersAssigned, [{ key, folderId: id, payload }]);

/** Inherited roles stay. A user without roles in the folder itself is not found. */
export async function removeUser(ctx: Context, folderId: number, user: Which): Promise<void> {
  await ctx.transaction(async (tx) => {
    const folder = await requireFolder(tx, ctx, { id: folderId }, rightTo('Edit'));
    const isIt = 'id' in user ? sql`u.id = ${user.id}` : sql`u.key = ${user.key}::uuid`;
    const held = await tx.first<{ id: number }>(sql`
      select u.id from users u
       where ${isIt} and exists (select from folder_users where folder_id = ${folderId} and user_id = u.id)
         for no key update`);
    if (!held) throw notFound('User');
    const { id } = held;
    await audited(tx, actorInTenant(ctx), { kind: tenantUsers, ids: [String(id)] }, () =>
      tx.execute(sql`delete from folder_users where folder_id = ${folderId} and user_id = ${id}`),
    );
    await tellOfUsers(tx, ctx, folder, { userIds: [id], roleIds: [] });
  });
}
