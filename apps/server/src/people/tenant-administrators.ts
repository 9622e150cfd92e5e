import sql, { type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../kernel/db/sql.ts';
import { UserType } from './user-type.ts';

/** The role with every permission everywhere. At least one active user of a tenant always holds it. */
export const ADMINISTRATOR = 'Administrator';

/**
 * Locks the administrator roles: if two administrators remove each other at once, one waits and is refused.
 * Call it before any user's own row is locked, so that no deadlock arises. `where` is about `roles r`.
 */
export const lockAdministrators = (tx: Transaction, where: Sql): Promise<number> =>
  tx.execute(sql`
    select from roles r where r.name = ${ADMINISTRATOR} and r.is_static and ${where} order by r.id
       for no key update`);

/**
 * The tenants, among those that `where` chooses, that have an active administrator: a person who holds the
 * role or belongs to a group that holds it, and who is not switched off. A person whom only a group admits
 * becomes a user of the tenant with their first call to it.
 */
export const administeredTenants = async (db: Queryable, where: Sql): Promise<ReadonlySet<number>> =>
  new Set(
    (
      await db.query<{ id: number }>(sql`
        select distinct r.tenant_id as id
          from roles r
          join user_roles ur on ur.role_id = r.id
          join users holder on holder.id = ur.user_id and holder.is_active
         where r.name = ${ADMINISTRATOR} and r.is_static and ${where}
           and case when holder.type = ${UserType.DirectoryGroup}
                    then exists (select from identity_group_members m
                                   join identity_users i on i.id = m.user_id and i.is_active
                                   left join users u on u.tenant_id = r.tenant_id and u.directory_identifier = i.id
                                  where m.group_id = holder.directory_identifier and coalesce(u.is_active, true))
                    else holder.type in (${UserType.User}, ${UserType.DirectoryUser}) end`)
    ).map(({ id }) => id),
  );
