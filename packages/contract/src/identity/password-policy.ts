// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface PasswordPolicyDto {
  readonly minPasswordLength: number | null;
  readonly rememberedPasswords: number | null;
  readonly requiresSecondFactor: boolean | null;
  readonly requiresSecondFactorOfAdministrators: boolean | null;
  readonly passwordExpirationDays: number | null;
  readonly allowsDirectoryPasswords: boolean | null;
}

export interface PasswordPolicyDtoInput {
  readonly minPasswordLength?: number | null;
  readonly rememberedPasswords?: number | null;
  readonly requiresSecondFactor?: boolean | null;
  readonly requiresSecondFactorOfAdministrators?: boolean | null;
  readonly passwordExpirationDays?: number | null;
  readonly allowsDirectoryPasswords?: boolean | null;
}

/** What the organization asks of passwords and of those who sign in with them. */
export const getPasswordPolicy: Operation<{ readonly partitionGlobalId: string }, PasswordPolicyDto> = {
  id: 'PasswordPolicy_Get',
  method: 'GET',
  path: '/identity/api/PasswordPolicy/{partitionGlobalId}',
  answer: 'plain',
};

/** Changes what is asked of passwords; what is left out stays. */
export const updatePasswordPolicy: Operation<
  { readonly partitionGlobalId: string; readonly body: PasswordPolicyDtoInput },
  PasswordPolicyDto
> = {
  id: 'PasswordPolicy_Update',
  method: 'PUT',
  path: '/identity/api/PasswordPolicy/{partitionGlobalId}',
  answer: 'plain',
};
