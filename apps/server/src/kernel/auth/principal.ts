/**
 * Who calls, as a verified token says. Rights in a tenant are looked up from it (access.ts), never read from
 * the token.
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
   * Tokens of machines and robots are for one tenant, and those of old clients that named one at sign-in; the
   * others reach every tenant of their organization.
   */
  readonly tenantId: number | undefined;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** machines.id, for kind `machine`. */
  readonly machineId: number | undefined;
  /** The job that runs, for kind `robot`. */
  readonly job:
    | { readonly key: string; readonly userId: number; readonly robotId: number; readonly folderId: number }
    | undefined;
  /** Of a person who has signed in: what came of that, and ends with it. */
  readonly grantId?: string;
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Scopes of first-party sign-ins: every operation of the API, within the user's roles. */
export const FULL_ACCESS = 'OrchestratorApiUserAccess';

/** The same for the operations of Identity alone. */
export const IDENTITY_ACCESS = 'IdentityServerApi';

/** Wildcard of applications whose rights come from roles alone. */
export const BY_ROLES = 'OR.Default';

/** Scopes that are part of a wider one, which opens all that they open. */
export const WIDER_SCOPES: Readonly<Record<string, string>> = { 'OR.Buckets': 'OR.Administration' };

/** What a token may say to use an operation of a scope, the name in the public description first. */
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

/** Asked for in every call; scopes are those of the declared operations. */
const NAMES = { Read: new Map<string, string[]>(), Write: new Map<string, string[]>() };

/** As written to `events.actor` and to audit rows. */
export const actorOf = (principal: Principal | undefined): string | null =>
  principal ? `${principal.kind}:${principal.job?.key ?? principal.subject}` : null;
