import type { Principal } from './principal.ts';

/** Makes tokens. This is all that the kernel knows of Identity. */
export interface Tokens {
  issue(token: NewToken): Promise<string>;
  /** By name and password, for clients older than OAuth. */
  byPassword(input: SignIn): Promise<{ readonly status: number; readonly body: unknown }>;
}

export interface NewToken {
  readonly kind: Principal['kind'];
  readonly subject: string;
  /** Default: the subject. */
  readonly clientId?: string;
  readonly organizationId: string;
  readonly tenantId?: number;
  readonly scopes: readonly string[];
  /** Of the user (identity/users/users.ts). */
  readonly stamp?: number;
  readonly lifetimeSeconds: number;
  /** Of a running job. The token ends with the job. */
  readonly job?: Principal['job'];
  /** Further claims. They never replace the ones above. */
  readonly extra?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export interface SignIn {
  readonly tenancyName?: string | null;
  readonly usernameOrEmailAddress: string;
  readonly password: string;
  readonly organization?: string;
  /** The caller's address, for throttling. */
  readonly source?: string;
}
