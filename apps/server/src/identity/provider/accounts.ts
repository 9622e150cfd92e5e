import type { Account, Context, Provider, Session } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import {
  accountIdOf,
  findAccountUser,
  type IdentityUser,
  readAccountId,
  userClaims,
} from '../users/users.ts';

export type UserAccount = Account & { readonly user: IdentityUser };

/** oidc-provider's `findAccount`. Undefined for people who are disabled or whose stamp has changed. */
export const accountFinder =
  (db: Queryable) =>
  async (_ctx: Context, accountId: string): Promise<UserAccount | undefined> => {
    const user = await findAccountUser(db, accountId);
    return user && { accountId: accountIdOf(user), user, claims: async () => profileOf(user) };
  };

/** Standard claims of ID tokens and of the userinfo endpoint. */
export const profileOf = (user: IdentityUser): Record<string, unknown> => ({
  sub: user.id,
  ...userClaims(user),
  given_name: user.name || undefined,
  family_name: user.surname || undefined,
  prt_id: user.organizationId,
});

/** The claims that each scope gives. */
export const CLAIMS = {
  openid: ['sub', 'prt_id'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username'],
  email: ['email'],
};

/** Account ids carry a stamp that concerns nobody else: what is sent to others has the plain user id. */
export function hideStamps(provider: Provider): void {
  const { payload } = provider.IdToken.prototype;
  provider.IdToken.prototype.payload = async function withPlainSubject() {
    const claims = await payload.call(this);
    return claims.sub === undefined ? claims : { ...claims, sub: readAccountId(claims.sub).id };
  };
}

/** A session with a former stamp is nobody's. oidc-provider would ask, by a form, to end it first. */
export function forgetEndedSessions(provider: Provider, db: Queryable): void {
  const { Session } = provider;
  const get = Session.get.bind(Session);
  Session.get = async (ctx): Promise<Session> => {
    const session = await get(ctx);
    if (session.accountId && !(await findAccountUser(db, session.accountId))) {
      delete session.accountId;
      delete session.authorizations;
    }
    return session;
  };
}
