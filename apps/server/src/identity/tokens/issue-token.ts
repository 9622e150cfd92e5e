import { SignJWT } from 'jose';
import type { Principal } from '../../kernel/auth/principal.ts';
import type { NewToken } from '../../kernel/auth/tokens.ts';
import { ALGORITHM, type SigningKeys } from '../keys/signing-keys.ts';

/**
 * The audience of access tokens. An ID token has its client there, so it is never taken for an access token.
 */
export const AUDIENCE = 'UiPath.Orchestrator';

/** The claim `sub_type` of each kind of caller. */
export const SUB_TYPES = { user: 'user', app: 'service', machine: 'machine', robot: 'robot' } as const;

/**
 * Claims that only we read: the stamp of the user (users/users.ts), the grant that a token came from, and the
 * mark of the client's secret that it was given for (clients/clients.ts).
 */
export const STAMP = 'stamp';
export const GRANT = 'grant';
export const SECRET = 'secret_id';

export type IssueToken = (token: NewToken) => Promise<string>;

export interface TokenIssuerOptions {
  readonly keys: SigningKeys;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Signs access tokens with the current key, in the same form as those of the token endpoint. */
export function tokenIssuer({ keys, issuer, clock }: TokenIssuerOptions): IssueToken {
  return async (input) => {
    const { kid, privateKey } = keys.current();
    const now = Math.floor(clock() / 1000);
    return new SignJWT({
      ...input.extra,
      ...(input.job && jobClaims(input.job)),
      sub: input.subject,
      client_id: input.clientId ?? input.subject,
      ...organizationClaims(input),
      [STAMP]: input.stamp,
      scope: input.scopes.join(' '),
      iss: issuer,
      aud: AUDIENCE,
      iat: now,
      nbf: now,
      auth_time: now,
      exp: now + input.lifetimeSeconds,
      jti: crypto.randomUUID(),
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid })
      .sign(privateKey);
  };
}

/** The claims that our resource servers read besides the standard ones. */
export const organizationClaims = (
  of: Pick<NewToken, 'kind' | 'organizationId' | 'tenantId'>,
): Record<string, unknown> => ({
  prt_id: of.organizationId,
  sub_type: SUB_TYPES[of.kind],
  tenant_id: of.tenantId,
});

const jobClaims = (job: NonNullable<Principal['job']>): Record<string, unknown> => ({
  job_key: job.key,
  job_user_id: job.userId,
  robot_id: job.robotId,
  folder_id: job.folderId,
});
