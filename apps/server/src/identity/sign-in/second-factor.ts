import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import { hashOfSecret } from '../../kernel/secrets/secret.ts';
import { findStep } from './totp.ts';

const RECOVERY_CODES = 10;

const purposeOf = (userId: string): string => `second factor ${userId}`;

export const hasSecondFactor = async (db: Queryable, userId: string): Promise<boolean> =>
  (await db.first(sql`select from second_factors where user_id = ${userId} and is_confirmed`)) !== undefined;

/** By the organization's policy. */
export const mustHaveSecondFactor = async (db: Queryable, userId: string): Promise<boolean> =>
  (await db.first(sql`select from identity_users u where id = ${userId} and must_have_second_factor(u)`)) !==
  undefined;

/** If an enrolment is left open, nobody who comes later sees its key. */
const ENROLMENT = '10 minutes';

/**
 * A secret that a first code confirms. It stays the same for a while, so that a reloaded page shows no other.
 */
export async function beginEnrolment(db: Queryable, sealer: Sealer, userId: string): Promise<Buffer> {
  const sealed = sealer.seal(randomBytes(20), purposeOf(userId));
  const row = await db.first<{ secret: Buffer }>(sql`
    insert into second_factors as f (user_id, secret) values (${userId}, ${sealed})
    on conflict (user_id) do update
       set secret = case when f.is_confirmed or f.created_at > now() - ${ENROLMENT}::interval then f.secret
                         else excluded.secret end,
           created_at = case when f.is_confirmed or f.created_at > now() - ${ENROLMENT}::interval then f.created_at
                             else now() end
    returning secret`);
  return sealer.open(row!.secret, purposeOf(userId));
}

/** Whether one was begun a short time ago. */
export const isEnrolling = async (db: Queryable, userId: string): Promise<boolean> =>
  (await db.first(sql`
    select from second_factors
     where user_id = ${userId} and not is_confirmed and created_at > now() - ${ENROLMENT}::interval`)) !==
  undefined;

export interface CodeCheck {
  readonly userId: string;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly confirmed: boolean;
}

/** Each code works once: its step must be later than the last one that was used. */
export async function checkCode(db: Queryable, sealer: Sealer, check: CodeCheck): Promise<boolean> {
  const { userId, code, now, confirmed } = check;
  const row = await db.first<{ secret: Buffer }>(sql`
    select secret from second_factors where user_id = ${userId} and is_confirmed = ${confirmed}`);
  const step = row && findStep(sealer.open(row.secret, purposeOf(userId)), code, now);
  if (step === undefined) return false;
  const used = await db.execute(sql`
    update second_factors set last_step = ${step}
     where user_id = ${userId} and is_confirmed = ${confirmed} and last_step < ${step}`);
  return used === 1;
}

/** Turns the factor on and answers the recovery codes, which are shown here and never again. */
export async function confirmEnrolment(tx: Transaction, userId: string): Promise<readonly string[]> {
  await tx.execute(sql`update second_factors set is_confirmed = true where user_id = ${userId}`);
  return renewRecoveryCodes(tx, userId);
}

/** The previous codes stop working. */
export async function renewRecoveryCodes(tx: Transaction, userId: string): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode);
  await tx.execute(sql`delete from recovery_codes where user_id = ${userId}`);
  await tx.execute(sql`
    insert into recovery_codes (hash, user_id) select unnest(${codes.map(hashOf)}::bytea[]), ${userId}`);
  return codes;
}

const purposeOfCodes = (userId: string): string => `new recovery codes ${userId}`;
/** After that time they are gone for good, kept or not. */
const TO_KEEP = '1 hour';

/**
 * Keeps new codes for the sign-in or session that made them, until their owner has saved them: a second Enter
 * or a reload may lose the page that shows them.
 */
export const showCodesIn = (
  tx: Queryable,
  sealer: Sealer,
  userId: string,
  { place, codes }: { readonly place: string; readonly codes: readonly string[] },
): Promise<number> =>
  tx.execute(sql`
    update second_factors
       set new_codes = ${sealer.seal(Buffer.from(JSON.stringify(codes)), purposeOfCodes(userId))},
           new_codes_of = ${place}, new_codes_until = now() + ${TO_KEEP}::interval
     where user_id = ${userId}`);

/** Codes that were made there and are not yet confirmed as saved. */
export async function findNewCodes(
  db: Queryable,
  sealer: Sealer,
  userId: string,
  place: string,
): Promise<readonly string[] | undefined> {
  const row = await db.first<{ codes: Buffer }>(sql`
    select new_codes as codes from second_factors
     where user_id = ${userId} and is_confirmed and new_codes_of = ${place} and new_codes_until > now()`);
  return row && (JSON.parse(sealer.open(row.codes, purposeOfCodes(userId)).toString()) as string[]);
}

export const hasNewCodes = async (db: Queryable, userId: string, place: string): Promise<boolean> =>
  (await db.first(sql`
    select from second_factors
     where user_id = ${userId} and is_confirmed and new_codes_of = ${place} and new_codes_until > now()`)) !==
  undefined;

/** Their owner has saved them. */
export const forgetNewCodes = (db: Queryable, userId: string, place: string): Promise<number> =>
  db.execute(sql`
    update second_factors set new_codes = null, new_codes_of = null, new_codes_until = null
     where user_id = ${userId} and new_codes_of = ${place}`);

/** Deletes codes that nobody looks at any more, and answers how many. */
export const forgetOldCodes = (db: Queryable): Promise<number> =>
  db.execute(sql`
    update second_factors set new_codes = null, new_codes_of = null, new_codes_until = null
     where new_codes_until < now()`);

export const useRecoveryCode = async (db: Queryable, userId: string, code: string): Promise<boolean> =>
  (await db.execute(sql`delete from recovery_codes where user_id = ${userId} and hash = ${hashOf(code)}`)) ===
  1;

export interface SecondFactor {
  readonly isEnabled: boolean;
  readonly creationTime: string | null;
  readonly recoveryCodesLeft: number;
}

/** What others may know about it. */
export async function describeSecondFactor(db: Queryable, userId: string): Promise<SecondFactor> {
  const row = await db.first<Omit<SecondFactor, 'isEnabled'>>(sql`
    select created_at as "creationTime",
           (select count(*) from recovery_codes c where c.user_id = f.user_id)::int as "recoveryCodesLeft"
      from second_factors f where user_id = ${userId} and is_confirmed`);
  return row ? { isEnabled: true, ...row } : { isEnabled: false, creationTime: null, recoveryCodesLeft: 0 };
}

export async function removeSecondFactor(tx: Transaction, userId: string): Promise<void> {
  await tx.execute(sql`delete from recovery_codes where user_id = ${userId}`);
  await tx.execute(sql`delete from second_factors where user_id = ${userId}`);
}

/** No letter looks like another. 10 letters are 50 random bits, and each code works once. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

const newCode = (): string =>
  [...randomBytes(10)]
    .map((byte) => LETTERS[byte & 31])
    .join('')
    .replace(/^.{5}/, '$&-');

const hashOf = (code: string): Buffer => hashOfSecret(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
