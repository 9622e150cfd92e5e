// Made from the server's declarations by `npm run contract`.

export const SortOrder = { asc: 0, desc: 1 } as const;
export type SortOrder = keyof typeof SortOrder;

export interface IdentityResult {
  readonly succeeded: boolean | null;
  readonly errors: readonly IdentityError[] | null;
}

export interface IdentityError {
  readonly code: string | null;
  readonly description: string | null;
}

export interface PartitionDto {
  readonly id: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly creationTime: string | null;
  readonly isActive: boolean | null;
  readonly language: string | null;
}

export interface UserDto {
  readonly id: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly emailConfirmed: boolean | null;
  readonly name: string | null;
  readonly surname: string | null;
  readonly displayName: string | null;
  readonly creationTime: string | null;
  readonly lastModificationTime: string | null;
  readonly lastLoginTime: string | null;
  readonly groupIDs: readonly string[] | null;
  readonly legacyId: number | null;
  readonly isActive: boolean | null;
  readonly bypassBasicAuthRestriction: boolean | null;
  readonly type: 0 | 1 | 2 | 3 | 4 | 5 | null;
  readonly invitationAccepted: boolean | null;
}
