import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { hashPassword, verifyPassword } from '../passwords/passwords.ts';
import { DIRECTORY_USER } from '../users/users.ts';
import { type About, findProblem, ofDirectory, type PasswordProblem, usedBefore } from './password-policy.ts';
import { freeLock } from './throttle.ts';

export interface SignInPolicy {
  readonly minPasswordLength: number;
  readonly rememberedPasswords: number;
  readonly requiresSecondFactor: boolean;
  readonly requiresSecondFactorOfAdministrators: boolean;
  /** After this many days another password has to be chosen. 0 is never. */
  readonly passwordExpirationDays: number;
  /** Whether people who come from a directory may also have a password here. */
  readonly allowsDirectoryPasswords: boolean;
}

export const DEFAULT_POLICY: SignInPolicy = {
  minPasswordLength: 8,
  rememberedPasswords: 5,
  requiresSecondFactor: false,
  requiresSecondFactorOfAdministrators: false,
  passwordExpirationDays: 0,
  allowsDirectoryPasswords: false,
};

export const findPolicy = async (db: Queryable, organizationId: string): Promise<SignInPolicy> =>
  (await db.first<SignInPolicy>(sql`
    select min_password_length as "minPasswordLength", remembered_passwords as "rememberedPasswords",
           requires_second_factor as "requiresSecondFactor",
           requires_second_factor_of_administrators as "requiresSecondFactorOfAdministrators",
           password_expiration_days as "passwordExpirationDays",
           allows_directory_passwords as "allowsDirectoryPasswords"
      from sign_in_policies where organization_id = ${organizationId}`)) ?? DEFAULT_POLICY;

export const savePolicy = (tx: Queryable, organizationId: string, policy: SignInPolicy): Promise<number> =>
  tx.execute(sql`
    insert into sign_in_policies (organization_id, min_password_length, remembered_passwords,
                                  requires_second_factor, requires_second_factor_of_administrators,
                                  password_expiration_days, allows_directory_passwords)
    values (${organizationId}, ${policy.minPasswordLength}, ${policy.rememberedPasswords},
            ${policy.requiresSecondFactor}, ${policy.requiresSecondFactorOfAdministrators},
            ${policy.passwordExpirationDays}, ${policy.allowsDirectoryPasswords})
    on conflict (organization_id) do update
       set min_password_length = excluded.min_password_length,
           remembered_passwords = excluded.remembered_passwords,
           requires_second_factor = excluded.requires_second_factor,
           requires_second_factor_of_administrators = excluded.requires_second_factor_of_administrators,
           password_expiration_days = excluded.password_expiration_days,
           allows_directory_passwords = excluded.allows_directory_passwords`);

/** What is wrong with a password for somebody who may not exist yet. Undefined if nothing is. */
export async function checkNewPassword(
  db: Queryable,
  organizationId: string,
  about: About & { readonly isOfDirectory: boolean },
  password: string,
): Promise<PasswordProblem | undefined> {
  return problemWith(await findPolicy(db, organizationId), about, password);
}

const problemWith = (
  policy: SignInPolicy,
  about: About & { readonly isOfDirectory: boolean },
  password: string,
): PasswordProblem | undefined =>
  about.isOfDirectory && !policy.allowsDirectoryPasswords
    ? ofDirectory()
    : findProblem(password, about, { minLength: policy.minPasswordLength });

/**
 * Gives a person a password that policy and history allow, or answers what is wrong with it. All sessions and
 * tokens of that person end, and waits for wrong guesses end too. `given`: somebody else chose it, and the
 * person has to choose another at the next sign-in on a page. `mustChange`: until then nobody gets in with it
 * in any other way.
 */
export async function setPassword(
  tx: Transaction,
  userId: string,
  password: string,
  { given = false, mustChange = false }: { readonly given?: boolean; readonly mustChange?: boolean } = {},
): Promise<PasswordProblem | undefined> {
  const user = await tx.first<
    About & {
      organizationId: string;
      passwordHash: string | null;
      mustChange: boolean;
      isOfDirectory: boolean;
    }
  >(sql`
    select organization_id as "organizationId", user_name as "userName", email, name, surname,
           password_hash as "passwordHash",
           must_change_password or has_given_password or has_expired_password(u) as "mustChange",
           type = ${DIRECTORY_USER} as "isOfDirectory"
      from identity_users u where id = ${userId} for update`);
  if (!user) return undefined;
  const policy = await findPolicy(tx, user.organizationId);
  const problem = problemWith(policy, user, password);
  if (problem) return problem;
  if (policy.rememberedPasswords > 0 || user.mustChange) {
    const before = await tx.query<{ password_hash: string }>(sql`
      select password_hash from password_history where user_id = ${userId}
       order by id desc limit ${Math.max(policy.rememberedPasswords - 1, 0)}`);
    const hashes = [user.passwordHash, ...before.map((row) => row.password_hash)].filter(
      (each) => each !== null,
    );
    for (const each of hashes) if (await verifyPassword(each, password)) return usedBefore();
  }
  await tx.execute(sql`
    update identity_users
       set password_hash = ${await hashPassword(password)}, must_change_password = ${mustChange},
           has_given_password = ${given}, has_accepted_invitation = has_accepted_invitation or not ${given || mustChange},
           failed_logins = 0, locked_until = null, modified_at = now()
     where id = ${userId}`);
  await tx.execute(sql`delete from password_resets where user_id = ${userId}`);
  await freeLock(tx, { id: userId, ...user });
  return undefined;
}
