import type { Database } from '../kernel/db/sql.ts';
import { forgetOldDevices } from './sign-in/known-devices.ts';
import { forgetOldCodes } from './sign-in/second-factor.ts';
import { forgetOldAttempts } from './sign-in/throttle.ts';

/** Of these a row is good until `expires_at`, and nobody looks at it afterwards. */
const TABLES = ['oidc_records', 'revoked_tokens', 'sign_ins', 'password_resets', 'browser_sessions'];

/** Removes what is over, so that tables do not grow for ever; call now and then. Answers how many went. */
export async function removeExpired(db: Database, clock: () => number): Promise<number> {
  const now = new Date(clock());
  let removed = 0;
  for (const table of TABLES) {
    const values = [now.toISOString()];
    removed += await db.execute({ text: `delete from ${table} where expires_at <= $1`, values });
  }
  removed += await forgetOldDevices(db, now);
  removed += await forgetOldAttempts(db, now);
  return removed + (await forgetOldCodes(db));
}
