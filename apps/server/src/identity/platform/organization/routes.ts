import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { LANGUAGES } from '../../languages.ts';
import { SHOWN_AS } from '../../users/users.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { ADMINISTER } from '../declaration.ts';
import { listUsers } from '../users/routes.ts';
import { allowedEntities, changePolicy } from './access-policy.ts';
import {
  allSettings,
  changeSetting,
  createSetting,
  oneSetting,
  removeSetting,
} from './authentication-settings.ts';
import {
  checkSession,
  createAuthenticationSetting,
  deleteAuthenticationSetting,
  getAccessPolicy,
  getAuthenticationSetting,
  getAuthenticationSettings,
  getLanguages,
  getLiveness,
  getOrganization,
  getPartitionsOfUser,
  getProfile,
  getUserPartitionUsers,
  type Organization,
  updateAccessPolicy,
  updateAuthenticationSetting,
  updateOrganization,
} from './contract.ts';

export const organizationRoutes: readonly Route[] = [
  handle(getOrganization, (ctx) => findOrganization(ctx.db, ctx)),
  handle(updateOrganization, changeOrganization),
  handle(getAccessPolicy, (ctx) => allowedEntities(ctx.db, ctx.organization.id)),
  handle(updateAccessPolicy, changePolicy),
  handle(getAuthenticationSettings, allSettings),
  handle(getAuthenticationSetting, (ctx, { id }) => oneSetting(ctx.db, ctx, id)),
  handle(createAuthenticationSetting, createSetting),
  handle(updateAuthenticationSetting, changeSetting),
  handle(deleteAuthenticationSetting, (ctx, { id }) => removeSetting(ctx, id)),
  handle(getLanguages, () => Object.entries(LANGUAGES).map(([code, displayName]) => ({ code, displayName }))),
  handle(getUserPartitionUsers, listUsers),
  handle(getPartitionsOfUser, organizationsOf),
  handle(getProfile, profile),
  handle(checkSession, () => undefined),
  handle(getLiveness, () => undefined),
];

const LANGUAGE = 'Organization.Language';

type Shown = OutputOf<typeof Organization>;

const findOrganization = async (db: Queryable, { organization }: Context): Promise<Shown> =>
  (await db.first<Shown>(sql`
    select o.id, o.name, o.display_name as "displayName", o.created_at as "creationTime", true as "isActive",
           coalesce((select value from identity_settings
                      where organization_id = o.id and user_id is null
                        and key = ${LANGUAGE}), 'en') as language
      from organizations o where o.id = ${organization.id}`))!;

function changeOrganization(
  ctx: Context,
  { body }: InputFor<typeof updateOrganization>,
): Promise<AnswerFor<typeof updateOrganization>> {
  return ctx.transaction(async (tx) => {
    const before = await findOrganization(tx, ctx);
    await tx.execute(sql`
      update organizations set display_name = coalesce(${body.displayName}, display_name)
        where id = ${ctx.organization.id}`);
    if (body.language) {
      await tx.execute(sql`
        insert into identity_settings (organization_id, key, value)
          values (${ctx.organization.id}, ${LANGUAGE}, ${body.language})
        on conflict (organization_id, user_id, lower(key)) do update set value = excluded.value`);
    }
    const after = await findOrganization(tx, ctx);
    const entry = {
      category: 'Partition',
      action: 'Update',
      target: ctx.organization.id,
      before: { ...before },
      after: { ...after },
    };
    await recordAudit(tx, actorOfCall(ctx), entry);
    return after;
  });
}

async function organizationsOf(
  ctx: Context,
  { userId }: InputFor<typeof getPartitionsOfUser>,
): Promise<AnswerFor<typeof getPartitionsOfUser>> {
  requireSelfOrAdministrator(ctx, userId);
  const user = await ctx.db.first(sql`
    select from identity_users where organization_id = ${ctx.organization.id} and id = ${userId}`);
  if (!user) throw notFound('User');
  return [await findOrganization(ctx.db, ctx)];
}

async function profile(ctx: Context): Promise<AnswerFor<typeof getProfile>> {
  const user = await ctx.db.first<{ userName: string; name: string | null; fullName: string }>(sql`
    select user_name as "userName", nullif(name, '') as name, ${SHOWN_AS} as "fullName"
      from identity_users u where id = ${ctx.principal.subject}::uuid`);
  const { id, name } = ctx.organization;
  if (!user) throw notFound('User');
  return { ...user, partitionName: name, partitionGlobalId: id, isAdmin: ctx.access.can(ADMINISTER) };
}
