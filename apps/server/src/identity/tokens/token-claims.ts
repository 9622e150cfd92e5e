import { type Context, errors, type JwtToken, type Token } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import { factsOf } from '../clients/clients.ts';
import { findAccountUser, userClaims } from '../users/users.ts';
import { GRANT, organizationClaims, SECRET, STAMP } from './issue-token.ts';

/** The secret with which the client of a request has identified itself. */
const secrets = new WeakMap<Context, string>();

export const noteSecret = (ctx: Context, mark: string): unknown => secrets.set(ctx, mark);

/**
 * Adds our claims (issue-token.ts) to access tokens of the token endpoint, as oidc-provider's
 * customizer of JWTs.
 */
export function claimsCustomizer(db: Queryable) {
  return async (ctx: Context, token: Token, { payload }: JwtToken): Promise<void> => {
    const { AuthorizationCode, RefreshToken, DeviceCode } = ctx.oidc.entities;
    const authTime = (AuthorizationCode ?? RefreshToken ?? DeviceCode)?.authTime;
    Object.assign(payload, {
      nbf: payload.iat,
      auth_time: authTime ?? payload.iat,
      [SECRET]: secrets.get(ctx),
    });
    Object.assign(
      payload,
      token.accountId ? await personal(db, token, token.accountId) : clientClaims(token),
    );
  };
}

async function personal(db: Queryable, token: Token, accountId: string): Promise<Record<string, unknown>> {
  const user = await findAccountUser(db, accountId);
  if (!user) throw new errors.InvalidGrant('the user is gone, or has to sign in again');
  return {
    sub: user.id,
    ...userClaims(user),
    ...organizationClaims({ kind: 'user', organizationId: user.organizationId }),
    // Sessions of people from elsewhere have their provider here. This product knows only its own people.
    ext_idp_disp_name: 'GlobalIdp',
    [STAMP]: user.stamp,
    [GRANT]: token.grantId,
  };
}

function clientClaims({ client }: Token): Record<string, unknown> {
  const facts = factsOf(client);
  switch (facts.kind) {
    case 'app':
      return organizationClaims({ ...facts, kind: 'app' });
    case 'machine':
      return {
        ...organizationClaims({ ...facts, kind: 'machine' }),
        sub: facts.machineKey,
        machine_id: facts.machineId,
      };
    case 'first-party':
      throw new errors.InvalidGrant('this client acts for people only');
  }
}
