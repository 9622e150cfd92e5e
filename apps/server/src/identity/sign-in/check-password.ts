import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Database, Queryable } from '../../kernel/db/sql.ts';
import { verifyPassword } from '../passwords/passwords.ts';
import { findByLogin, findUser, type IdentityUser } from '../users/users.ts';
import { findKnownDevice } from './known-devices.ts';
import { type AttemptRecord, recordAttempt } from './record-attempt.ts';
import { hasSecondFactor } from './second-factor.ts';
import { countAttempt, forgiveAttempt } from './throttle.ts';

export interface PasswordCheckOptions {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /**
   * The shortest time that a refusal takes, 250 ms by default. An existing name costs one more write than an
   * unknown one, and nobody shall be able to tell from the time.
   */
  readonly refusalMs?: number;
}

export interface Credentials {
  /** Undefined if the requested organization does not exist. It is refused like any other, and as slowly. */
  readonly organizationId: string | undefined;
  /** User name or e-mail address. */
  readonly login: string;
  readonly password: string;
  /** The caller's address. Callers without one count as one source. */
  readonly source?: string;
  /** Of a browser that was used before (known-devices.ts). */
  readonly device?: string;
  /** For the list of attempts. */
  readonly client?: string;
  readonly browser?: string;
  /**
   * With `page`, more may be asked for (second factor, new password), so a right password is no sign-in yet;
   * see `finishSignIn`. With `api`, the default, the password alone has to do.
   */
  readonly for?: 'page' | 'api';
}

export type PasswordCheck =
  | { readonly user: IdentityUser }
  /** Unknown, wrong and disabled look the same. There are seconds to wait only if guessing was stopped. */
  | { readonly user: undefined; readonly retryAfter: number };

export type CheckPassword = (credentials: Credentials) => Promise<PasswordCheck>;

/** Argon2 hashes any length. A megabyte would only occupy a thread. */
const MOST_CHARACTERS = 1000;

export function passwordChecker({ db, clock, refusalMs = 250 }: PasswordCheckOptions): CheckPassword {
  return async (credentials) => {
    const start = performance.now();
    const check = await signIn(db, new Date(clock()), credentials);
    if (!check.user) await delay(Math.max(0, start + refusalMs - performance.now()));
    return check;
  };
}

const REFUSED: PasswordCheck = { user: undefined, retryAfter: 0 };

async function signIn(db: Database, now: Date, credentials: Credentials): Promise<PasswordCheck> {
  const { organizationId, login, password, source = 'unknown' } = credentials;
  const found = organizationId === undefined ? undefined : await findByLogin(db, organizationId, login);
  const device = found && (await findKnownDevice(db, credentials.device, found.id));
  const attempt = { organizationId, login, source, device };
  const retryAfter = await countAttempt(db, now, attempt);
  // The password is not even hashed: a flood of guesses must not take the processor from others.
  if (retryAfter > 0) {
    await recordAttempt(db, { ...credentials, userId: found?.id, result: 'lockedOut' });
    return { user: undefined, retryAfter };
  }
  const isShort = password.length <= MOST_CHARACTERS;
  const isRight = (await verifyPassword(found?.passwordHash, password.slice(0, MOST_CHARACTERS))) && isShort;
  const refuse = async (refused: Pick<AttemptRecord, 'result' | 'reason'>): Promise<PasswordCheck> => {
    await recordAttempt(db, { ...credentials, userId: found?.id, ...refused });
    return REFUSED;
  };
  if (!found) return refuse({ result: 'invalidUserNameTenancyName' });
  if (!isRight) return refuse({ result: 'invalidPassword' });
  const isPage = credentials.for === 'page';
  // A password alone must not open an account that needs a second factor, or a change on the page first.
  if (!isPage && (await needsPage(db, found.id)))
    return refuse({ result: 'userIsNotActive', reason: 'needsPage' });
  const user = await findUser(db, found.id);
  const isCurrent = user && (await isStillIts(db, found));
  if (!isCurrent) return refuse({ result: user ? 'invalidPassword' : 'userIsNotActive' });
  await forgiveAttempt(db, attempt);
  if (!isPage) await finishSignIn(db, now, user, { ...credentials, source });
  return { user };
}

/** Whether the password stayed the same while it was checked. */
const isStillIts = async (
  db: Queryable,
  { id, passwordHash }: { readonly id: string; readonly passwordHash: string | null },
): Promise<boolean> =>
  (await db.first(sql`
    select from identity_users where id = ${id} and password_hash = ${passwordHash}`)) !== undefined;

/** Records a sign-in whose steps are all done. */
export async function finishSignIn(
  db: Queryable,
  now: Date,
  { id: userId, organizationId, userName }: IdentityUser,
  { login = userName, ...how }: Partial<Pick<Credentials, 'login' | 'source' | 'client' | 'browser'>>,
): Promise<void> {
  await db.execute(sql`
    update identity_users set last_login_at = ${now.toISOString()} where id = ${userId}`);
  const { source, client, browser } = how;
  await recordAttempt(db, { organizationId, userId, login, source, client, browser, result: 'success' });
}

async function needsPage(db: Queryable, userId: string): Promise<boolean> {
  // A password that an administrator gave has to be changed only on the page. Programs that sign in with it
  // have no page, and whoever sets one up gives it a password. If an administrator or the organization's
  // policy demands a change, programs have to wait for it.
  const user = await db.first<{ needsPage: boolean }>(sql`
    select must_change_password or has_expired_password(u) or must_have_second_factor(u) as "needsPage"
      from identity_users u where id = ${userId}`);
  return user !== undefined && (user.needsPage || (await hasSecondFactor(db, userId)));
}
