import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Database, Queryable } from '../kernel/db/sql.ts';
import { verifyPassword } from './passwords.ts';
import { findByLogin, findUser, type IdentityUser } from './users.ts';

export interface SignInOptions {
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
}

/** Undefined for every refusal: unknown, wrong, disabled, locked out. */
export type CheckPassword = (credentials: Credentials) => Promise<IdentityUser | undefined>;

const MOST_FAILURES = 10;
const LOCKED_SECONDS = 300;
/** Argon2 hashes any length; a megabyte would only keep a thread busy. */
const MOST_CHARACTERS = 1000;

export function passwordChecker({ db, clock, refusalMs = 250 }: SignInOptions): CheckPassword {
  return async (credentials) => {
    const start = performance.now();
    const user = await signIn(db, clock, credentials);
    if (!user) await delay(Math.max(0, start + refusalMs - performance.now()));
    return user;
  };
}

async function signIn(
  db: Database,
  clock: () => number,
  { organizationId, login, password }: Credentials,
): Promise<IdentityUser | undefined> {
  const found = organizationId === undefined ? undefined : await findByLogin(db, organizationId, login);
  // Checked even for those who are locked out: their refusal takes as long as any other.
  const isRight = await verifyPassword(found?.passwordHash, password.slice(0, MOST_CHARACTERS));
  if (!found) return undefined;
  const now = new Date(clock());
  if (!isRight || password.length > MOST_CHARACTERS) {
    await countFailure(db, found.id, now);
    return undefined;
  }
  return (await recordSignIn(db, found.id, now)) ? findUser(db, found.id) : undefined;
}

/** The tenth failure in a row locks for five minutes; failures while locked do not prolong it. */
const countFailure = (db: Queryable, id: string, now: Date): Promise<number> =>
  db.execute(sql`
    update identity_users
       set failed_logins = case when failed_logins + 1 >= ${MOST_FAILURES} then 0 else failed_logins + 1 end,
           locked_until = case when failed_logins + 1 >= ${MOST_FAILURES}
                               then ${now.toISOString()}::timestamptz
                                  + make_interval(secs => ${LOCKED_SECONDS}) end
     where id = ${id} and (locked_until is null or locked_until <= ${now.toISOString()})`);

/** False for those who are disabled or locked out, decided in the statement that records it. */
async function recordSignIn(db: Queryable, id: string, now: Date): Promise<boolean> {
  const rows = await db.execute(sql`
    update identity_users set failed_logins = 0, locked_until = null, last_login_at = ${now.toISOString()}
     where id = ${id} and is_active and (locked_until is null or locked_until <= ${now.toISOString()})`);
  return rows === 1;
}
