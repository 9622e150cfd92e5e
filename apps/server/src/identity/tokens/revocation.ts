import sql from 'sql-template-tag';
import type { Database } from '../../kernel/db/sql.ts';
import { remember } from '../../kernel/remember.ts';

export interface Revocations {
  /**
   * Takes back one token: at once here, and within a second on the other nodes. `expiresAt` is in
   * seconds since 1970.
   */
  revoke(token: { readonly tokenId: string; readonly expiresAt: number }): Promise<void>;
  isRevoked(tokenId: string): Promise<boolean>;
}

/**
 * All revoked tokens that have not expired are read at most once a second. That is one small statement for
 * the whole process. Asking for each token would be one for each running job.
 */
export function createRevocations(db: Database, clock: () => number): Revocations {
  const here = new Map<string, number>();
  async function readAll(): Promise<ReadonlySet<string>> {
    for (const [tokenId, expiresAt] of here) if (expiresAt * 1000 < clock()) here.delete(tokenId);
    const rows = await db.query<{ jti: string }>(
      sql`select jti from revoked_tokens where expires_at > ${new Date(clock()).toISOString()}`,
    );
    return new Set(rows.map((row) => row.jti));
  }
  const everywhere = remember({ what: 'revoked tokens', clock, keyOf: () => 'all', ask: readAll });
  return {
    async revoke({ tokenId, expiresAt }) {
      await db.execute(sql`
        insert into revoked_tokens (jti, expires_at) values (${tokenId}, to_timestamp(${expiresAt}))
        on conflict do nothing`);
      here.set(tokenId, expiresAt);
    },
    isRevoked: async (tokenId) => here.has(tokenId) || (await everywhere(undefined)).has(tokenId),
  };
}
