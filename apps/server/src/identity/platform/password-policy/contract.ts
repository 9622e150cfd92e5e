import { Bool, dto, Int32 } from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';

const PasswordPolicy = dto('PasswordPolicyDto', {
  minPasswordLength: Int32({ min: 8, max: 128 }),
  /** The number of previous passwords that cannot be used again. */
  rememberedPasswords: Int32({ min: 0, max: 24 }),
  /**
   * Whoever has no second factor sets one up at the next sign-in. After that, a password alone is not enough.
   */
  requiresSecondFactor: Bool(),
  /** The same for administrators only. */
  requiresSecondFactorOfAdministrators: Bool(),
  /** After this many days, another password has to be chosen at the next sign-in on a page. 0 is never. */
  passwordExpirationDays: Int32({ min: 0, max: 3650 }),
  /** Whether people who come from a directory (SCIM, an outside provider) may also have a password here. */
  allowsDirectoryPasswords: Bool(),
});

const shared = {
  ...byAdministrators,
  tag: 'PasswordPolicy',
  scope: 'PM.AuthSetting',
  path: '/identity/api/PasswordPolicy/{partitionGlobalId}',
  params: inOrganization,
  answer: plain(PasswordPolicy),
} as const;

export const getPasswordPolicy = operation({
  ...shared,
  id: 'PasswordPolicy_Get',
  method: 'GET',
  summary: 'What the organization asks of passwords and of those who sign in with them.',
});

export const updatePasswordPolicy = operation({
  ...shared,
  id: 'PasswordPolicy_Update',
  tells: 'audit',
  method: 'PUT',
  summary: 'Changes what is asked of passwords; what is left out stays.',
  body: PasswordPolicy,
  example: {
    minPasswordLength: 12,
    rememberedPasswords: 5,
    requiresSecondFactor: false,
    requiresSecondFactorOfAdministrators: true,
    passwordExpirationDays: 0,
    allowsDirectoryPasswords: false,
  },
});
