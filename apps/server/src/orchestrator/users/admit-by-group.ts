import sql from 'sql-template-tag';
import type { FoundUser } from '../../kernel/auth/access.ts';
import type { Principal } from '../../kernel/auth/principal.ts';
import { constant } from '../../kernel/db/constant.ts';
import type { Database } from '../../kernel/db/sql.ts';
import { tell, type Waker } from '../../kernel/events/tell.ts';
import { userCreated } from '../../people/user-events.ts';
import { UserType } from '../../people/user-type.ts';

const FOUND = sql`id, key, user_name as "userName", type, is_active as "isActive"`;

/**
 * Makes a member of an admitted group a user of the tenant. A person who is admitted only by a group becomes
 * a user with the first call. If two first calls come at once, one makes the row, and the other finds it.
 */
export const admitByGroup = (
  db: Database,
  live: Waker,
  principal: Principal,
  tenantId: number,
): Promise<FoundUser | undefined> =>
  db.transaction(async (tx) => {
    const made = await tx.first<FoundUser>(sql`
      insert into users (tenant_id, type, user_name, domain, directory_identifier, name, surname, email)
      select t.id, 2, i.user_name, 'autogen', i.id, nullif(i.name, ''), nullif(i.surname, ''), i.email
        from (select * from identity_users where id = ${principal.subject}::uuid and is_active for share) i
        join tenants t on t.id = ${tenantId} and t.organization_id = i.organization_id
       where exists (select from identity_group_members m
                       join users g on g.directory_identifier = m.group_id and g.tenant_id = t.id and g.type = ${constant(UserType.DirectoryGroup)}
                         and g.is_active
                      where m.member_id = i.id)
      on conflict do nothing
      returning ${FOUND}`);
    if (!made)
      return tx.first<FoundUser>(sql`
        select ${FOUND} from users
         where tenant_id = ${tenantId} and directory_identifier = ${principal.subject}::uuid`);
    const { id, key, userName } = made;
    await tell(tx, { principal, tenant: { id: tenantId }, live }, userCreated, [
      { key, payload: { id, userName } },
    ]);
    return made;
  });
