import { type Context, errors, type JwtToken, type Token } from 'oidc-provider';
import type { Queryable } from '../kernel/db/sql.ts';
import { factsOf } from './clients.ts';
import { organizationClaims } from './issue-token.ts';
import { findUser, userClaims } from './users.ts';

/**
 * Gives access tokens of the token endpoint the claims of ours (issue-token.ts), as oidc-provider's
 * customizer of JWTs.
 */
export function claimsCustomizer(db: Queryable) {
  return async (_ctx: Context, token: Token, { payload }: JwtToken): Promise<void> => {
    Object.assign(payload, { nbf: payload.iat, auth_time: payload.iat });
    Object.assign(payload, token.accountId ? await personal(db, token.accountId) : clientClaims(token));
  };
}

async function personal(db: Queryable, userId: string): Promise<Record<string, unknown>> {
  const user = await findUser(db, userId);
  if (!user) throw new errors.InvalidGrant('the user is gone');
  return {
    ...userClaims(user),
    ...organizationClaims({ kind: 'user', organizationId: user.organizationId }),
  };
}

function clientClaims({ client }: Token): Record<string, unknown> {
  const facts = factsOf(client);
  if (facts.kind === 'app') return organizationClaims(facts);
  return { ...organizationClaims(facts), sub: facts.machineKey, machine_id: facts.machineId };
}
