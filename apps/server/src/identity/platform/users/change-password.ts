import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { ApiError, CODE, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { verifyPassword } from '../../passwords/passwords.ts';
import { type AttemptRecord, recordAttempt } from '../../sign-in/record-attempt.ts';
import { type Attempt, countAttempt, forgiveAttempt, passwordChangeOf } from '../../sign-in/throttle.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { refused, resultOf } from '../identity-result.ts';
import { changePassword } from './contract.ts';
import { replacePassword } from './password-rules.ts';
import { lockUser } from './sql.ts';

/**
 * Everybody has to give the old password, administrators included. A caller who does not know it sets a new
 * one with Update User.
 */
export async function changeOwnPassword(
  ctx: Context,
  { userId, body }: InputFor<typeof changePassword>,
): Promise<AnswerFor<typeof changePassword>> {
  requireSelfOrAdministrator(ctx, userId);
  const isSelf = ctx.principal.subject === userId;
  const { oldPassword, newPassword } = body;
  const organizationId = ctx.organization.id;
  const user = await ctx.db.first<{ userName: string; passwordHash: string | null }>(sql`
    select user_name as "userName", password_hash as "passwordHash" from identity_users
     where organization_id = ${organizationId} and id = ${userId}`);
  if (!user) throw notFound('User');
  const attempt: Attempt = {
    organizationId,
    login: passwordChangeOf(userId),
    source: ctx.ip,
    device: undefined,
  };
  const tell = (result: AttemptRecord['result']): Promise<void> =>
    recordAttempt(ctx.db, {
      organizationId,
      userId,
      login: user.userName,
      source: ctx.ip,
      client: 'Change password',
      result,
    });
  // The holder of a stolen token must not be able to guess the password with it.
  const refusedFor = await countAttempt(ctx.db, new Date(ctx.now()), attempt);
  if (refusedFor > 0) {
    await tell('lockedOut');
    throw tooManyAttempts(refusedFor);
  }
  return resultOf(changePassword, ctx, async () => {
    if (!(await verifyPassword(user.passwordHash, oldPassword ?? ''))) {
      await tell('invalidPassword');
      throw refused('PasswordMismatch', 'Incorrect password.');
    }
    // A caller who knows the old password is not guessing, whatever is wrong with the new one.
    await forgiveAttempt(ctx.db, attempt);
    await ctx.transaction(async (tx) => {
      const now = await lockUser(tx, organizationId, userId);
      // The password was changed in the meantime. It was the old one a moment ago.
      if (now.passwordHash !== user.passwordHash) throw refused('PasswordMismatch', 'Incorrect password.');
      await audited(tx, actorOfCall(ctx), { kind: people, ids: [userId], action: 'ChangePassword' }, () =>
        replacePassword(tx, userId, newPassword ?? '', { given: !isSelf }),
      );
    });
  });
}

const tooManyAttempts = (seconds: number): ApiError =>
  new ApiError(429, CODE.ForbiddenOperation, 'Too many wrong passwords. Try again later.', {
    headers: { 'retry-after': String(seconds) },
  });
