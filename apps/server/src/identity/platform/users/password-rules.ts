import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { hashPassword } from '../../passwords/passwords.ts';
import type { About } from '../../sign-in/password-policy.ts';
import { checkNewPassword, setPassword } from '../../sign-in/set-password.ts';
import { Refused } from '../identity-result.ts';

/** The hash of a password for a new person, if the organization's policy allows it. Throws Refused. */
export async function hashOfAllowed(
  db: Queryable,
  organizationId: string,
  about: About & { readonly isOfDirectory: boolean },
  password: string,
): Promise<string> {
  const problem = await checkNewPassword(db, organizationId, about, password);
  if (problem) throw new Refused([problem]);
  return hashPassword(password);
}

/**
 * Gives a person another password, within policy and history, and ends all their sessions. Throws Refused.
 */
export async function replacePassword(
  tx: Transaction,
  userId: string,
  password: string,
  { given }: { readonly given: boolean },
): Promise<void> {
  const problem = await setPassword(tx, userId, password, { given });
  if (problem) throw new Refused([problem]);
}
