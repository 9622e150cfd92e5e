import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import type { Words } from '../languages.ts';
import { audited } from '../platform/audit/audited.ts';
import { people } from '../platform/audit/kinds.ts';
import { actorOnPage } from '../platform/audit/record-audit.ts';
import type { IdentityUser } from '../users/users.ts';
import type { Form } from './browser.ts';
import { findKnownDevice } from './known-devices.ts';
import { recordAttempt } from './record-attempt.ts';
import { checkCode, confirmEnrolment, showCodesIn, useRecoveryCode } from './second-factor.ts';
import type { SignInServices } from './services.ts';
import { setPassword } from './set-password.ts';
import { countAttempt, forgiveAttempt, secondFactorOf } from './throttle.ts';

type Services = Pick<SignInServices, 'db' | 'sealer' | 'clock'>;

export interface FactorCheck {
  readonly isRight: boolean;
  /** In seconds. */
  readonly retryAfter: number;
}

/**
 * A million codes are soon tried. So wrong codes are counted for the person, wherever they come from. Only
 * somebody who already has the password can make them wait, and the devices that they used before never wait.
 */
export async function checkFactor(
  { db, sealer, clock }: Services,
  user: IdentityUser,
  given: {
    readonly code: string;
    readonly isRecovery: boolean;
    readonly device: string | undefined;
    readonly source: string;
    readonly browser: string | undefined;
  },
): Promise<FactorCheck> {
  const attempt = {
    organizationId: user.organizationId,
    login: secondFactorOf(user.id),
    source: secondFactorOf(user.id),
    device: await findKnownDevice(db, given.device, user.id),
  };
  const retryAfter = await countAttempt(db, new Date(clock()), attempt);
  const { source, browser } = given;
  const told = {
    organizationId: user.organizationId,
    login: user.userName,
    userId: user.id,
    source,
    browser,
  };
  const client = 'Baton second factor';
  if (retryAfter > 0) {
    await recordAttempt(db, { ...told, client, result: 'lockedOut' });
    return { isRight: false, retryAfter };
  }
  const isRight = given.isRecovery
    ? await db.transaction((tx) =>
        changingOneself(tx, user, 'UseRecoveryCode', given.source, () =>
          useRecoveryCode(tx, user.id, given.code),
        ),
      )
    : await checkCode(db, sealer, { userId: user.id, code: given.code, now: clock(), confirmed: true });
  if (isRight) await forgiveAttempt(db, attempt);
  else await recordAttempt(db, { ...told, client, result: 'invalidPassword', reason: 'wrongCode' });
  return { isRight, retryAfter: 0 };
}

export interface Wrong {
  readonly problem: Words;
  /** The field. */
  readonly about: string;
}

export const NOT_THE_SAME: Wrong = {
  problem: { en: 'The two passwords are not the same.', ja: '2 つのパスワードが一致しません。' },
  about: 'repeat',
};

/** What is wrong with the new password, for the person to read. Undefined if it was saved. */
export async function changeOwnPassword(
  { db }: Pick<SignInServices, 'db'>,
  user: IdentityUser,
  form: Form,
  source: string,
): Promise<Wrong | undefined> {
  if (form.password !== form.repeat) return NOT_THE_SAME;
  const problem = await db.transaction((tx) =>
    changingOneself(tx, user, 'ChangePassword', source, () => setPassword(tx, user.id, form.password ?? '')),
  );
  return problem && { problem: problem.words, about: 'password' };
}

const minutesOf = (seconds: number): number => Math.ceil(seconds / 60);
const inMinutes = (minutes: number): string => `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;

export function tooManyAttempts(retryAfter: number): Words {
  const minutes = minutesOf(retryAfter);
  return {
    en: `Too many attempts. Try again ${inMinutes(minutes)}, or choose a new password by e-mail.`,
    ja: `試行回数が多すぎます。${minutes} 分後にもう一度お試しいただくか、メールで新しいパスワードを設定してください。`,
  };
}

export function tooManyCodes(retryAfter: number): Words {
  const minutes = minutesOf(retryAfter);
  return {
    en: `Too many wrong codes. Try again ${inMinutes(minutes)}.`,
    ja: `誤ったコードの入力回数が多すぎます。${minutes} 分後にもう一度お試しください。`,
  };
}

export const WRONG_FIRST_CODE: Words = {
  en: 'That code is not right. Wait for the next one and try again.',
  ja: 'コードが正しくありません。次のコードが表示されるのを待って、もう一度お試しください。',
};

/**
 * Turns the factor on. Answers false for a wrong code. The recovery codes are shown in `place`, the
 * sign-in or session.
 */
export async function confirmFactor(
  { db, sealer, clock }: Services,
  user: IdentityUser,
  code: string,
  source: string,
  place: string,
): Promise<boolean> {
  if (!(await checkCode(db, sealer, { userId: user.id, code, now: clock(), confirmed: false }))) return false;
  await db.transaction((tx) =>
    changingOneself(tx, user, 'EnableSecondFactor', source, async () =>
      showCodesIn(tx, sealer, user.id, { place, codes: await confirmEnrolment(tx, user.id) }),
    ),
  );
  return true;
}

/** The audit's source for changes that people make to themselves on a page. */
export async function changingOneself<T>(
  tx: Transaction,
  user: IdentityUser,
  action: string,
  source: string,
  work: () => Promise<T>,
): Promise<T> {
  await tx.execute(sql`select from identity_users where id = ${user.id} for no key update`);
  return audited(tx, actorOnPage(user, source), { kind: people, ids: [user.id], action }, work);
}
