import sql from 'sql-template-tag';
import { recordMade } from '../../identity/platform/audit/audited.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import type { InputOf } from '../../kernel/contract/fields.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { userCreated } from '../../people/user-events.ts';
import { UserType } from '../../people/user-type.ts';
import { RobotType } from '../robots/enumerations.ts';
import { provisionRobot } from '../robots/provision.ts';
import { tenantUsers } from './audited-kinds.ts';
import { type User } from './entities.ts';
import { linkIdentity } from './identity-link.ts';
import { detailsOf, sealPassword, wantsUnattended } from './robot-members.ts';
import { replaceTenantRoles, wantedRoles } from './tenant-roles.ts';

const LOCAL_DIRECTORY = 'autogen';
const KINDS: ReadonlySet<number> = new Set([
  UserType.User,
  UserType.DirectoryUser,
  UserType.DirectoryGroup,
  UserType.DirectoryRobot,
  UserType.DirectoryExternalApplication,
]);

/**
 * Makes a user of the tenant, linked to its identity. Answers the id, or undefined if a user with that name
 * or identity exists. In that case the transaction goes on, and the caller can look for the existing user.
 */
export async function addUser(
  tx: Transaction,
  ctx: Context,
  body: InputOf<typeof User>,
): Promise<number | undefined> {
  const type = body.Type ?? UserType.User;
  const userName = body.UserName;
  if (!userName) throw invalid('UserName', 'is required');
  if (!KINDS.has(type)) throw invalid('Type', `users of type ${UserType.nameOf(type)} cannot be added`);
  const identity = await linkIdentity(tx, actorInTenant(ctx), {
    organizationId: ctx.organization.id,
    type,
    userName,
    id: body.DirectoryIdentifier,
    name: body.Name,
    surname: body.Surname,
    email: body.EmailAddress,
    password: body.Password,
  });
  // Identity holds the name and address of a person. Other values in the body change neither.
  const isPerson = type === UserType.User || type === UserType.DirectoryUser;
  const unattended = wantsUnattended(body);
  const row = await tx.first<{ id: number; key: string }>(sql`
    insert into users (tenant_id, type, user_name, domain, directory_identifier, name, surname, email,
                       is_active, is_switched_off, may_have_user_session, may_have_robot_session, may_have_unattended_session,
                       may_have_personal_workspace, unattended_password, details, creator_user_id)
    values (${ctx.tenant.id}, ${type}, ${identity.userName},
            ${body.Domain ?? (type === UserType.User ? null : LOCAL_DIRECTORY)}, ${identity.id},
            ${isPerson ? identity.name : body.Name}, ${isPerson ? identity.surname : body.Surname},
            ${isPerson ? identity.email : body.EmailAddress},
            ${body.IsActive !== false && identity.isActive}, ${body.IsActive === false}, ${body.MayHaveUserSession ?? type !== UserType.DirectoryRobot},
            ${body.MayHaveRobotSession ?? false}, ${unattended}, ${body.MayHavePersonalWorkspace ?? false},
            ${sealPassword(ctx.sealer, body)},
            ${JSON.stringify(detailsOf(body, unattended))}::jsonb, ${ctx.access.user?.id})
    on conflict do nothing returning id, key`);
  if (!row) return undefined;
  const { id, key } = row;
  await replaceTenantRoles(tx, id, (await wantedRoles(tx, ctx.tenant.id, body)) ?? []);
  if (unattended) {
    await provisionRobot(tx, ctx, { userId: id, userName, type: RobotType.Unattended });
  }
  await tell(tx, ctx, userCreated, [{ key, payload: { id, userName: identity.userName } }]);
  await recordMade(tx, actorInTenant(ctx), tenantUsers, [String(id)]);
  return id;
}
