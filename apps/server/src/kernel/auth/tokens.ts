import type { Principal } from './principal.ts';

/** Who makes tokens; what the kernel knows of Identity. */
export interface Tokens {
  issue(token: NewToken): Promise<string>;
  /** By name and password, as clients do that are older than OAuth. */
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
  /** Of a running job: its token ends with it. */
  readonly job?: Principal['job'];
  /** More claims. They never replace the ones above. */
  readonly extra?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export interface SignIn {
  readonly tenancyName?: string | null;
  readonly usernameOrEmailAddress: string;
  readonly password: string;
  readonly organization?: string;
  /** Address of the caller, for throttling. */
  readonly source?: string;
}
