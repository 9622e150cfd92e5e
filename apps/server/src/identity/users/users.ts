import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';

/** The API's number for people whom an outside directory looks after. */
export const DIRECTORY_USER = 2;

export interface IdentityUser {
  readonly id: string;
  readonly organizationId: string;
  readonly userName: string;
  readonly email: string | null;
  readonly name: string;
  readonly surname: string;
  readonly displayName: string;
  /** Tokens and sessions that were made under another stamp have ended. */
  readonly stamp: number;
  /** Before they can go on, on a page. */
  readonly mustChangePassword: boolean;
  /** Why they must: the organization's policy. */
  readonly hasExpiredPassword: boolean;
}

/** What somebody is shown as, of a row `u`. */
export const SHOWN_AS = sql`
  coalesce(nullif(u.display_name, ''), nullif(trim(concat(u.name, ' ', u.surname)), ''), u.user_name)`;

/** How mails greet somebody, of a row `u`. */
export const GREETED_AS = sql`coalesce(nullif(u.name, ''), u.user_name)`;

/** Undefined too for those who are disabled, and whom the organization does not let in. */
export const findUser = (db: Queryable, id: string): Promise<IdentityUser | undefined> =>
  db.first<IdentityUser>(sql`
    select id, organization_id as "organizationId", user_name as "userName", email, name, surname,
           ${SHOWN_AS} as "displayName",
           session_stamp as stamp, has_expired_password(u) as "hasExpiredPassword",
           must_change_password or has_given_password or has_expired_password(u) as "mustChangePassword"
      from identity_users u where id = ${id} and is_active and may_enter(u)`);

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
  db.first<UserWithPassword>(sql`
    select id, password_hash as "passwordHash" from identity_users
     where organization_id = ${organizationId}
       and (folded(user_name) = folded(${login}) or folded(email) = folded(${login}))
     order by folded(user_name) = folded(${login}) desc limit 1`);

/** What tokens say about a person. */
export const userClaims = (user: IdentityUser): Record<string, string | undefined> => ({
  preferred_username: user.userName,
  name: user.displayName,
  email: user.email ?? undefined,
});

/**
 * oidc-provider's account id: the person and the stamp. So each session, code and refresh token ends with the
 * stamp under which it was made, whichever node wrote it.
 */
export const accountIdOf = ({ id, stamp }: Pick<IdentityUser, 'id' | 'stamp'>): string => `${id}.${stamp}`;

export function readAccountId(accountId: string): Pick<IdentityUser, 'id' | 'stamp'> {
  const [id = '', stamp] = accountId.split('.');
  return { id, stamp: Number(stamp) };
}

/** The person of an account id, as long as its stamp is current. */
export async function findAccountUser(db: Queryable, accountId: string): Promise<IdentityUser | undefined> {
  const { id, stamp } = readAccountId(accountId);
  const user = await findUser(db, id);
  return user?.stamp === stamp ? user : undefined;
}
