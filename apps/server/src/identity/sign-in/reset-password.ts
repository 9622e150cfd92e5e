import sql from 'sql-template-tag';
import type { Database, Queryable, Transaction } from '../../kernel/db/sql.ts';
import { hashOfSecret } from '../../kernel/secrets/secret.ts';
import type { Language } from '../languages.ts';
import { queueMail } from '../mail/queue.ts';
import { DIRECTORY_USER, findUser, GREETED_AS, type IdentityUser } from '../users/users.ts';
import type { PasswordProblem } from './password-policy.ts';
import type { SignInServices } from './services.ts';
import { setPassword } from './set-password.ts';
import { changingOneself } from './steps.ts';
import { countAttempt } from './throttle.ts';

/** Good links at once. Whoever asks for more floods somebody else's mailbox. */
const MOST_LINKS = 3;

export interface ResetRequest {
  readonly organizationId: string | undefined;
  readonly login: string;
  readonly source: string;
  /** Of the page on which it is asked for. */
  readonly language: Language;
}

/**
 * Mails a link to the person with that name. It does not say whether there is one, and must not be waited
 * for, because the time would.
 */
export async function mailResetLink(
  { db, clock }: Pick<SignInServices, 'db' | 'clock'>,
  { organizationId, login, source, language }: ResetRequest,
): Promise<void> {
  const now = new Date(clock());
  const wait = await countAttempt(db, now, {
    organizationId,
    login: `reset ${login}`,
    source,
    device: undefined,
    // A link is mailed, and how many is bounded: others must not keep the owner from it.
    countsHereOnly: true,
  });
  if (wait > 0 || organizationId === undefined) return;
  const user = await db.first<{ id: string; email: string; name: string }>(sql`
    select u.id, u.email, ${GREETED_AS} as name
      from identity_users u
     where u.organization_id = ${organizationId} and u.is_active and may_enter(u) and u.email is not null and u.type <> ${DIRECTORY_USER}
       and (folded(u.user_name) = folded(${login}) or folded(u.email) = folded(${login}))
       and (select count(*) from password_resets
             where user_id = u.id and not is_invitation and expires_at > ${now.toISOString()}) < ${MOST_LINKS}
     order by folded(u.user_name) = folded(${login}) desc limit 1`);
  if (!user) return;
  await queueMail(db, {
    organizationId,
    userId: user.id,
    message: 'ResetPassword',
    address: user.email,
    name: user.name,
    details: { language },
  });
}

export interface Reset {
  readonly user: IdentityUser;
  /** The person chooses their first password. */
  readonly isInvitation: boolean;
}

/** The owner of the link, as long as it is good. */
export async function findReset(db: Queryable, token: string, now: Date): Promise<Reset | undefined> {
  const row = await db.first<{ userId: string; isInvitation: boolean }>(sql`
    select user_id as "userId", is_invitation as "isInvitation" from password_resets
     where hash = ${hashOfSecret(token)} and expires_at > ${now.toISOString()}`);
  const user = row && (await findUser(db, row.userId));
  return user && { user, isInvitation: row.isInvitation };
}

/** Undefined where the link is no longer good. It stays good where the password is refused. */
export async function resetPassword(
  db: Database,
  now: Date,
  given: { readonly token: string; readonly password: string; readonly source: string },
): Promise<(Reset & { readonly problem: PasswordProblem | undefined }) | undefined> {
  return db.transaction(async (tx: Transaction) => {
    await tx.execute(sql`select from password_resets where hash = ${hashOfSecret(given.token)} for update`);
    const reset = await findReset(tx, given.token, now);
    if (!reset) return undefined;
    const { user, isInvitation } = reset;
    const action = isInvitation ? 'AcceptInvitation' : 'ResetPassword';
    const problem = await changingOneself(tx, user, action, given.source, async () => {
      const found = await setPassword(tx, user.id, given.password);
      // Only somebody who reads the mailbox has the link.
      if (!found)
        await tx.execute(sql`update identity_users set is_email_confirmed = true where id = ${user.id}`);
      return found;
    });
    return { ...reset, problem };
  });
}
