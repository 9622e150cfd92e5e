import type { InputFor } from '../../../kernel/contract/operation.ts';
import { ApiError, CODE } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { verifyPassword } from '../../passwords.ts';
import { type Attempt, countAttempt, forgiveAttempt } from '../../sign-in/throttle.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { audited } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { refused, resultOf } from '../identity-result.ts';
import { changePassword } from './contract.ts';
import { replacePassword } from './password-rules.ts';
import { lockUser } from './sql.ts';

/**
 * The old password is asked of everybody, administrators included: who does not know it sets a new one by
 * Update User.
 */
export async function changeOwnPassword(
  ctx: Context,
  { userId, body }: InputFor<typeof changePassword>,
): Promise<unknown> {
  requireSelfOrAdministrator(ctx, userId);
  const { oldPassword, newPassword } = body;
  const attempt: Attempt = {
    organizationId: ctx.organization.id,
    login: `change ${userId}`,
    source: ctx.ip,
    device: undefined,
  };
  // Whoever holds a stolen token must not find out the password with it. Counted apart from the change, which
  // a wrong password undoes.
  const refusedFor = await countAttempt(ctx.db, new Date(ctx.now()), attempt);
  if (refusedFor > 0) throw tooManyAttempts(refusedFor);
  return resultOf(changePassword, ctx, () =>
    ctx.transaction(async (tx) => {
      const user = await lockUser(tx, ctx.organization.id, userId);
      if (!(await verifyPassword(user.passwordHash, oldPassword ?? '')))
        throw refused('PasswordMismatch', 'Incorrect password.');
      await forgiveAttempt(tx, attempt);
      await audited(tx, actorOfCall(ctx), { kind: people, ids: [userId], action: 'ChangePassword' }, () =>
        replacePassword(tx, userId, newPassword ?? ''),
      );
    }),
  );
}

const tooManyAttempts = (seconds: number): ApiError =>
  new ApiError(429, CODE.ForbiddenOperation, 'Too many wrong passwords. Try again later.', {
    headers: { 'retry-after': String(seconds) },
  });
