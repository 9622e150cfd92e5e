import sql from 'sql-template-tag';
import type { Principal } from '../../../kernel/auth/principal.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { remember } from '../../../kernel/remember.ts';
import { hashOfSecret, newSecret } from '../../../kernel/secrets/secret.ts';
import { InvalidToken } from '../../tokens/verify-token.ts';

/** Told apart from signed tokens by their first letters; scanners for leaked secrets look for such, too. */
const PREFIX = 'rt_';

export const isPersonalAccessToken = (token: string): boolean => token.startsWith(PREFIX);
export const newTokenValue = (): string => PREFIX + newSecret();

/** As `client_id` of the calls made with one. */
const PERSONAL_ACCESS_TOKEN = 'PersonalAccessToken';

export interface PersonalAccessTokens {
  /**
   * Whom a token acts for; throws InvalidToken. What is taken back, expired, or of somebody disabled is
   * refused within a second.
   */
  verify(token: string): Promise<Principal>;
}

export function createPersonalAccessTokens(db: Queryable, clock: () => number): PersonalAccessTokens {
  const find = remember({
    what: 'personal access tokens',
    clock,
    keyOf: (digest: Buffer) => digest.toString('base64'),
    ask: (digest) => findPrincipal(db, digest),
  });
  return {
    async verify(token) {
      const principal = await find(hashOfSecret(token));
      if (!principal) throw new InvalidToken('invalid');
      if (principal.expiresAt <= clock() / 1000) throw new InvalidToken('expired');
      return principal;
    },
  };
}

interface TokenRow {
  readonly id: string;
  readonly user_id: string;
  readonly organization_id: string;
  readonly scopes: string[];
  readonly expires_at: string;
  readonly is_used: boolean;
}

async function findPrincipal(db: Queryable, digest: Buffer): Promise<Principal | undefined> {
  const row = await db.first<TokenRow>(sql`
    select t.id, t.user_id, t.organization_id, t.scopes, t.expires_at,
           coalesce(t.last_used_at > now() - interval '1 hour', false) as is_used
      from personal_access_tokens t join identity_users u on u.id = t.user_id and u.is_active and may_enter(u)
     where t.hash = ${digest}`);
  if (!row) return undefined;
  // The hour is enough to see which tokens nobody needs, and saves a write on a hot path.
  if (!row.is_used)
    await db.execute(sql`update personal_access_tokens set last_used_at = now() where id = ${row.id}`);
  return Object.freeze({
    kind: 'user',
    subject: row.user_id,
    organizationId: row.organization_id,
    tenantId: undefined,
    clientId: PERSONAL_ACCESS_TOKEN,
    scopes: new Set(row.scopes),
    machineId: undefined,
    job: undefined,
    tokenId: row.id,
    expiresAt: Math.floor(Date.parse(row.expires_at) / 1000),
  });
}
