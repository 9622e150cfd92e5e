import sql, { type Sql } from 'sql-template-tag';
import { SHOWN_AS } from '../../users/users.ts';

/** Everything in the organization that can hold rights, in the forms in which clients know it. */
export const DirectoryType = { user: 0, group: 1, machine: 2, robot: 3, application: 4 } as const;

/** The only domain, for local entries. Clients write it before names. */
export const LOCAL_DOMAIN = 'autogen';

/** Members of every kind of entry. Clients must not interpret `identifier`; here it is the bare id. */
const common = (objectType: string, id: Sql, name: Sql, displayName: Sql, email: Sql): Sql => sql`
  jsonb_build_object('objectType', ${objectType}::text, 'source', 'local', 'identifier', ${id}, 'name', ${name},
                     'displayName', ${displayName}, 'email', ${email})`;

const person = common('DirectoryUser', sql`u.id`, sql`u.user_name`, sql`x.display_name`, sql`u.email`);
const robot = common('DirectoryRobotUser', sql`r.id`, sql`r.name`, sql`x.display_name`, sql`null`);
const application = common('DirectoryApplication', sql`a.client_id`, sql`a.name`, sql`a.name`, sql`null`);
const group = common('DirectoryGroup', sql`g.id`, sql`g.name`, sql`g.name`, sql`null`);

/**
 * Rows `kind, id, name, display_name, email, member` of everything in an organization's directory. `member`
 * is the entry as the API shows it.
 */
export const directoryOf = (organizationId: string): Sql => sql`
  select 'user' as kind, u.id, u.user_name as name, x.display_name, u.email,
         ${person} || jsonb_build_object(
           'firstName', nullif(u.name, ''), 'lastName', nullif(u.surname, ''),
           'jobTitle', u.attributes ->> 'jobTitle', 'companyName', u.attributes ->> 'companyName',
           'city', u.attributes ->> 'city', 'department', u.attributes ->> 'department',
           'extensionUserAttributes', u.attributes, 'externalId', null, 'creationTime', u.created_at) as member
    from identity_users u,
         lateral (select ${SHOWN_AS}) x(display_name)
   where u.organization_id = ${organizationId}
  union all
  select 'robot', r.id, r.name, x.display_name, null, ${robot}
    from robot_accounts r, lateral (select coalesce(nullif(r.display_name, ''), r.name)) x(display_name)
   where r.organization_id = ${organizationId}
  union all
  select 'application', a.client_id, a.name, a.name, null,
         ${application} || jsonb_build_object('applicationId', a.client_id)
    from external_apps a where a.organization_id = ${organizationId}
  union all
  select 'group', g.id, g.name, g.name, null, ${group}
    from identity_groups g where g.organization_id = ${organizationId}`;
