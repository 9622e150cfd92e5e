/**
 * The caller, as a verified token identifies them. Rights in a tenant are looked up (access.ts), never read
 * from the token.
 */
export interface Principal {
  /**
   * - `user`: a person signed in (password, code flow)
   * - `app`: an external application by its own credentials
   * - `machine`: a robot's agent; it may only connect, fetch what its jobs need, and report
   * - `robot`: a running job, with the rights of the account it runs as
   */
  readonly kind: 'user' | 'app' | 'machine' | 'robot';
  /** identity_users.id, external_apps.client_id, machines.key, or users.key of the robot's account. */
  readonly subject: string;
  readonly organizationId: string;
  /**
   * Tokens of machines and robots are for one tenant, and so are those of old clients that named one at
   * sign-in. All others reach every tenant of their organization.
   */
  readonly tenantId: number | undefined;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** machines.id, for kind `machine`. */
  readonly machineId: number | undefined;
  /** The running job, for kind `robot`. */
  readonly job:
    | { readonly key: string; readonly userId: number; readonly robotId: number; readonly folderId: number }
    | undefined;
  /** For a person who has signed in: what came from that sign-in and ends with it. */
  readonly grantId?: string;
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** The scopes of first-party sign-ins: every operation of the API, within the user's roles. */
export const FULL_ACCESS = 'OrchestratorApiUserAccess';

/** The same for the operations of Identity alone. */
export const IDENTITY_ACCESS = 'IdentityServerApi';

/** The wildcard of applications whose rights come from roles alone. */
export const BY_ROLES = 'OR.Default';

/** Scopes that are part of a wider one, which opens everything that they open. */
export const WIDER_SCOPES: Readonly<Record<string, string>> = { 'OR.Buckets': 'OR.Administration' };

/** The scopes that open an operation. The name in the public description comes first. */
export function namesOfScope(scope: string, kind: 'Read' | 'Write'): readonly string[] {
  const known = NAMES[kind];
  let names = known.get(scope);
  if (!names) {
    const wider = WIDER_SCOPES[scope];
    names = [...(wider ? [wider, `${wider}.${kind}`] : []), scope, `${scope}.${kind}`];
    known.set(scope, names);
  }
  return names;
}

/** Asked in every call. The scopes are those of the declared operations. */
const NAMES = { Read: new Map<string, string[]>(), Write: new Map<string, string[]>() };

/** As written to `events.actor` and to rows of the audit. */
export const actorOf = (principal: Principal | undefined): string | null =>
  principal ? `${principal.kind}:${principal.job?.key ?? principal.subject}` : null;
