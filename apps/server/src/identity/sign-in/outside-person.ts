/** Somebody as an outside provider tells of them. */
export interface OutsidePerson {
  readonly subject: string;
  readonly userName: string;
  readonly email: string | undefined;
  /** The provider says that the address is theirs. */
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
  /** Whether people that are not known are made at their first sign-in. */
  readonly provisions: boolean;
}

/** Our name of a claim -> what it is called where nothing else is said. */
export const DEFAULT_CLAIMS = {
  userName: 'preferred_username',
  email: 'email',
  name: 'given_name',
  surname: 'family_name',
  displayName: 'name',
  groups: 'groups',
} as const;

export type ClaimName = keyof typeof DEFAULT_CLAIMS;
