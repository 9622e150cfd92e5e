import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputOf } from '../../kernel/contract/fields.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, invalid, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { activity } from '../../people/follow-identity.ts';
import { userUpdated } from '../../people/user-events.ts';
import { UserType } from '../../people/user-type.ts';
import { RobotType } from '../robots/enumerations.ts';
import { provisionRobot } from '../robots/provision.ts';
import { tenantUsers } from './audited-kinds.ts';
import { changePerson, lockPerson } from './change-person.ts';
import { type User } from './entities.ts';
import { detailsOf, sealPassword, wantsUnattended } from './robot-members.ts';
import { type AdminRule, keepingAnAdmin, replaceTenantRoles, wantedRoles } from './tenant-roles.ts';

type Body = InputOf<typeof User>;

interface UserRow {
  readonly id: number;
  readonly key: string;
  readonly user_name: string;
  readonly type: number;
  readonly directory_identifier: string | null;
  readonly may_have_unattended_session: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * PUT and PATCH both keep what the body does not name, because clients put back less than they read. Only PUT
 * changes roles, and only for callers who may edit users. Callers who may only edit robots change the members
 * that concern robots.
 */
export async function changeUser(ctx: Context, id: number, given: Body, withRoles: boolean): Promise<void> {
  const isFull = ctx.access.can('Users.Edit');
  const body = isFull ? given : robotMembers(given);
  const roles = isFull && withRoles;
  const rule: AdminRule | undefined =
    body.IsActive === false
      ? 'CannotInactivateLastAdmin'
      : roles && (body.RolesList || body.UserRoles)
        ? 'CannotUnassignLastAdmin'
        : undefined;
  await ctx.transaction((tx) => {
    const work = (): Promise<void> => change(tx, ctx, id, body, roles);
    return rule ? keepingAnAdmin(tx, ctx.tenant.id, rule, work) : work();
  });
}

async function change(
  tx: Transaction,
  ctx: Context,
  id: number,
  body: Body,
  withRoles: boolean,
): Promise<void> {
  const person = await lockPerson(tx, ctx, id, body);
  const user = await lockUser(tx, ctx.tenant.id, id);
  checkUnchanged(user, body);
  const roles = withRoles ? await wantedRoles(tx, ctx.tenant.id, body) : undefined;
  await changingUser(tx, ctx, user, async () => {
    await updateRow(tx, ctx, user, body);
    if (person) await changePerson(tx, ctx, person, body);
    if (roles) await replaceTenantRoles(tx, id, roles);
  });
}

export async function lockUser(tx: Transaction, tenantId: number, id: number): Promise<UserRow> {
  const user = await tx.first<UserRow>(sql`
    select id, key, user_name, type, directory_identifier, may_have_unattended_session, details
      from users where tenant_id = ${tenantId} and id = ${id} for no key update`);
  if (!user) throw notFound('User');
  return user;
}

/** Runs a change of a locked user, and records it in the audit and as an event. */
export async function changingUser(
  tx: Transaction,
  ctx: Context,
  user: Pick<UserRow, 'id' | 'key' | 'user_name'>,
  work: () => Promise<unknown>,
): Promise<void> {
  await audited(tx, actorInTenant(ctx), { kind: tenantUsers, ids: [String(user.id)] }, work);
  await tell(tx, ctx, userUpdated, [{ key: user.key, payload: { id: user.id, userName: user.user_name } }]);
}

const robotMembers = ({
  MayHaveRobotSession,
  MayHaveUnattendedSession,
  RobotProvision,
  UnattendedRobot,
  UpdatePolicy,
}: Body): Body => ({
  MayHaveRobotSession,
  MayHaveUnattendedSession,
  RobotProvision,
  UnattendedRobot,
  UpdatePolicy,
});

function checkUnchanged(user: UserRow, { UserName, Type, DirectoryIdentifier, Password }: Body): void {
  if (UserName != null && foldText(UserName) !== foldText(user.user_name)) {
    throw badRequest(CODE.CannotUpdateUsername, 'The name of a user cannot be changed.');
  }
  if (Type != null && Type !== user.type) {
    throw invalid('Type', `the user is of type ${UserType.nameOf(user.type)}, which cannot be changed`);
  }
  if (DirectoryIdentifier != null && DirectoryIdentifier !== user.directory_identifier) {
    throw invalid('DirectoryIdentifier', 'cannot be changed');
  }
  if (Password) throw invalid('Password', 'belongs to the identity, and is changed there');
}

async function updateRow(tx: Transaction, ctx: Context, user: UserRow, body: Body): Promise<void> {
  const asks = body.MayHaveUnattendedSession != null || body.UnattendedRobot != null;
  const unattended = asks ? wantsUnattended(body) : user.may_have_unattended_session;
  await tx.execute(sql`
    update users set
      name = coalesce(${body.Name}, name), surname = coalesce(${body.Surname}, surname),
      email = coalesce(${body.EmailAddress}, email), ${activity(body.IsActive)},
      may_have_user_session = coalesce(${body.MayHaveUserSession}, may_have_user_session),
      may_have_robot_session = coalesce(${body.MayHaveRobotSession}, may_have_robot_session),
      may_have_personal_workspace = coalesce(${body.MayHavePersonalWorkspace}, may_have_personal_workspace),
      may_have_unattended_session = ${unattended},
      unattended_password = coalesce(${sealPassword(ctx.sealer, body)}, unattended_password),
      details = ${JSON.stringify(detailsOf(body, unattended, user.details))}::jsonb,
      modified_at = now(), modifier_user_id = ${ctx.access.user?.id}
     where id = ${user.id}`);
  if (!unattended) return;
  const { id: userId, user_name: userName } = user;
  await provisionRobot(tx, ctx, { userId, userName, type: RobotType.Unattended });
}
