/** A person as an outside provider describes them. */
export interface OutsidePerson {
  readonly subject: string;
  readonly userName: string;
  readonly email: string | undefined;
  /** Whether the provider vouches for the address. */
  readonly isEmailConfirmed: boolean;
  readonly name: string;
  readonly surname: string;
  readonly displayName: string;
  readonly groups: readonly string[];
}

export interface OutsideProvider {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
  /** Our name of a claim -> theirs; see DEFAULT_CLAIMS. */
  readonly claims: Partial<Record<ClaimName, string>>;
  /** Value of the groups claim -> id of a group here. */
  readonly groups: Readonly<Record<string, string>>;
  /** Whether unknown people are created at their first sign-in. */
  readonly provisions: boolean;
}

/** Our name of a claim -> its usual name. */
export const DEFAULT_CLAIMS = {
  userName: 'preferred_username',
  email: 'email',
  name: 'given_name',
  surname: 'family_name',
  displayName: 'name',
  groups: 'groups',
} as const;

export type ClaimName = keyof typeof DEFAULT_CLAIMS;
