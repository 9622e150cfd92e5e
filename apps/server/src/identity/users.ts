import sql from 'sql-template-tag';
import type { Queryable } from '../kernel/db/sql.ts';

export interface IdentityUser {
  readonly id: string;
  readonly organizationId: string;
  readonly userName: string;
  readonly email: string | null;
  readonly displayName: string;
}

/** Undefined too for those who are disabled. */
export const findUser = (db: Queryable, id: string): Promise<IdentityUser | undefined> =>
  db.first(sql`
    select id, organization_id as "organizationId", user_name as "userName", email,
           coalesce(nullif(display_name, ''), nullif(trim(concat(name, ' ', surname)), ''),
                    user_name) as "displayName"
      from identity_users where id = ${id} and is_active`);

export interface UserWithPassword {
  readonly id: string;
  readonly passwordHash: string | null;
}

/** By user name, else by e-mail address, in any case. */
export const findByLogin = (
  db: Queryable,
  organizationId: string,
  login: string,
): Promise<UserWithPassword | undefined> =>
  db.first(sql`
    select id, password_hash as "passwordHash" from identity_users
     where organization_id = ${organizationId}
       and (lower(user_name) = lower(${login}) or lower(email) = lower(${login}))
     order by lower(user_name) = lower(${login}) desc limit 1`);

/** What tokens tell of a person. */
export const userClaims = (user: IdentityUser): Record<string, string | undefined> => ({
  preferred_username: user.userName,
  name: user.displayName,
  email: user.email ?? undefined,
});
