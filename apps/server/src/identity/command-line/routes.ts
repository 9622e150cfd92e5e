import sql from 'sql-template-tag';
import { constant } from '../../kernel/db/constant.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { UserType } from '../../people/user-type.ts';
import { acquireLicense, enableFirstRun, getTenantsAndOrganization } from './contract.ts';

export const portalRoutes: readonly Route[] = [
  handle(getTenantsAndOrganization, async (ctx) => ({
    organization: ctx.organization,
    tenants: await tenantsOf(ctx),
  })),
];

export const studioWebRoutes: readonly Route[] = [
  handle(enableFirstRun, () => undefined),
  handle(acquireLicense, () => undefined),
];

/**
 * The tenants in which `loadAccess` finds the user or would admit them through a group. Applications may have
 * scopes for all tenants. The token of a job is for one tenant.
 */
const tenantsOf = ({ db, organization, principal }: Context): Promise<{ id: string; name: string }[]> =>
  db.query<{ id: string; name: string }>(sql`
    select t.key as id, t.name from tenants t
     where t.organization_id = ${organization.id} and t.is_active
       and t.id = coalesce(${principal.tenantId}::int, t.id)
       and (${principal.kind !== 'user'} or coalesce(
             (select u.is_active from users u
               where u.tenant_id = t.id and u.directory_identifier::text = ${principal.subject}),
             exists (select from identity_group_members m
                       join users g on g.directory_identifier = m.group_id and g.tenant_id = t.id
                        and g.type = ${constant(UserType.DirectoryGroup)} and g.is_active
                      where m.member_id::text = ${principal.subject})))
     order by t.id`);
