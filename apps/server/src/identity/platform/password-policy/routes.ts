import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { findPolicy, type SignInPolicy, savePolicy } from '../../sign-in/set-password.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { getPasswordPolicy, updatePasswordPolicy } from './contract.ts';

export const passwordPolicyRoutes: readonly Route[] = [
  handle(getPasswordPolicy, (ctx) => findPolicy(ctx.db, ctx.organization.id)),
  handle(updatePasswordPolicy, changePolicy),
];

function changePolicy(ctx: Context, { body }: InputFor<typeof updatePasswordPolicy>): Promise<SignInPolicy> {
  const { id } = ctx.organization;
  return ctx.transaction(async (tx) => {
    // The policy may have no row yet. Of two changes at once, each keeps what the other one set.
    await tx.execute(sql`select from organizations where id = ${id} for no key update`);
    const before = await findPolicy(tx, id);
    const after: SignInPolicy = {
      minPasswordLength: body.minPasswordLength ?? before.minPasswordLength,
      rememberedPasswords: body.rememberedPasswords ?? before.rememberedPasswords,
      requiresSecondFactor: body.requiresSecondFactor ?? before.requiresSecondFactor,
      requiresSecondFactorOfAdministrators:
        body.requiresSecondFactorOfAdministrators ?? before.requiresSecondFactorOfAdministrators,
      passwordExpirationDays: body.passwordExpirationDays ?? before.passwordExpirationDays,
      allowsDirectoryPasswords: body.allowsDirectoryPasswords ?? before.allowsDirectoryPasswords,
    };
    await savePolicy(tx, id, after);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'PasswordPolicy',
      action: 'Update',
      target: id,
      before: { ...before },
      after: { ...after },
    });
    return after;
  });
}
