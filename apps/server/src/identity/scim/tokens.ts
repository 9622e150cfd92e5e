import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { hashOfSecret, newSecret } from '../../kernel/secrets/secret.ts';

export interface ScimToken {
  readonly id: number;
  readonly description: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/**
 * The token with which a directory (Entra, Okta) signs its calls: 256 random bits, shown here
 * and never again.
 */
export async function createScimToken(
  tx: Queryable,
  organizationId: string,
  { description = '', expiresAt }: { readonly description?: string; readonly expiresAt?: Date } = {},
): Promise<{ readonly id: number; readonly token: string }> {
  const token = `scim_${newSecret()}`;
  const row = await tx.first<{ id: number }>(sql`
    insert into scim_tokens (hash, organization_id, description, expires_at)
    values (${hashOfSecret(token)}, ${organizationId}, ${description}, ${expiresAt?.toISOString()}) returning id`);
  return { id: row!.id, token };
}

export const listScimTokens = (db: Queryable, organizationId: string): Promise<ScimToken[]> =>
  db.query<ScimToken>(sql`
    select id, description, created_at as "createdAt", expires_at as "expiresAt"
      from scim_tokens where organization_id = ${organizationId} order by id`);

export const deleteScimToken = async (tx: Queryable, organizationId: string, id: number): Promise<boolean> =>
  (await tx.execute(sql`delete from scim_tokens where organization_id = ${organizationId} and id = ${id}`)) >
  0;

export interface Directory {
  readonly tokenId: string;
  readonly description: string;
  readonly organizationId: string;
}

/** The organization of the directory. Undefined for a token that is unknown, deleted or expired. */
export const findDirectory = (db: Queryable, token: string, now: Date): Promise<Directory | undefined> =>
  db.first<Directory>(sql`
    select id::text as "tokenId", description, organization_id as "organizationId" from scim_tokens
     where hash = ${hashOfSecret(token)} and (expires_at is null or expires_at > ${now.toISOString()})`);
