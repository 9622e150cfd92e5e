import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Database, Queryable } from '../../kernel/db/sql.ts';
import { verifyPassword } from '../passwords.ts';
import { findByLogin, findUser, type IdentityUser } from '../users.ts';
import { findKnownDevice } from './known-devices.ts';
import { recordAttempt } from './record-attempt.ts';
import { hasSecondFactor } from './second-factor.ts';
import { findPolicy } from './set-password.ts';
import { countAttempt, forgiveAttempt } from './throttle.ts';

export interface PasswordCheckOptions {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /**
   * A refusal takes at least so long, default 250 ms: the name that exists costs one write more than the one
   * that does not, and nobody shall read that from the clock.
   */
  readonly refusalMs?: number;
}

export interface Credentials {
  /** Undefined where the organization asked for does not exist; refused like any other, and as slowly. */
  readonly organizationId: string | undefined;
  /** User name or e-mail address. */
  readonly login: string;
  readonly password: string;
  /** Address of the caller; those without one are one source. */
  readonly source?: string;
  /** Of a browser that was used before (known-devices.ts). */
  readonly device?: string;
  /** For the list of attempts. */
  readonly client?: string;
  readonly browser?: string;
  /** `page`: more will be asked (second factor, new password). `api`: the password alone must do. Default. */
  readonly for?: 'page' | 'api';
}

export type PasswordCheck =
  | { readonly user: IdentityUser }
  /** Unknown, wrong, disabled: all the same. Seconds to wait only where guessing was stopped. */
  | { readonly user: undefined; readonly retryAfter: number };

export type CheckPassword = (credentials: Credentials) => Promise<PasswordCheck>;

/** Argon2 hashes any length; a megabyte would only keep a thread busy. */
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
  // Not even hashed: a flood of guesses must not take the processor from those who sign in.
  if (retryAfter > 0) {
    await recordAttempt(db, { ...credentials, userId: found?.id, result: 'lockedOut' });
    return { user: undefined, retryAfter };
  }
  const isShort = password.length <= MOST_CHARACTERS;
  const isRight = await verifyPassword(found?.passwordHash, password.slice(0, MOST_CHARACTERS));
  const user = found && isRight && isShort ? await accept(db, credentials, found, now) : undefined;
  if (user) await forgiveAttempt(db, attempt);
  await recordAttempt(db, {
    ...credentials,
    userId: found?.id,
    result: user
      ? 'success'
      : !found
        ? 'invalidUserNameTenancyName'
        : isRight
          ? 'userIsNotActive'
          : 'invalidPassword',
  });
  return user ? { user } : REFUSED;
}

async function accept(
  db: Database,
  { for: purpose = 'api' }: Credentials,
  found: { readonly id: string; readonly passwordHash: string | null },
  now: Date,
): Promise<IdentityUser | undefined> {
  // A password alone must not open what needs a second factor, or a change first, on the page.
  if (purpose === 'api' && (await needsPage(db, found.id))) return undefined;
  if (!(await recordSignIn(db, found, now))) return undefined;
  return findUser(db, found.id);
}

async function needsPage(db: Queryable, userId: string): Promise<boolean> {
  const user = await findUser(db, userId);
  if (!user) return false;
  if (user.mustChangePassword || (await hasSecondFactor(db, userId))) return true;
  return (await findPolicy(db, user.organizationId)).requiresSecondFactor;
}

/** False for those who are disabled or not let in, or whose password was changed meanwhile. */
async function recordSignIn(
  db: Queryable,
  { id, passwordHash }: { readonly id: string; readonly passwordHash: string | null },
  now: Date,
): Promise<boolean> {
  const rows = await db.execute(sql`
    update identity_users u set failed_logins = 0, locked_until = null, last_login_at = ${now.toISOString()}
     where id = ${id} and is_active and password_hash = ${passwordHash} and may_enter(u)`);
  return rows === 1;
}
