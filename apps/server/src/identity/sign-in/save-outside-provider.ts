import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import { type OutsideProvider, PROVIDER_COLUMNS, secretPurposeOf } from './outside-provider.ts';

export interface GivenProvider extends Omit<OutsideProvider, 'id'> {
  /** Of one that is there, or that shall be. */
  readonly id?: string;
  /** Undefined: the one that is kept stays. */
  readonly clientSecret: string | undefined;
  readonly isActive?: boolean;
}

/** The secret is sealed, and never told again. In a transaction, where the provider may be there. */
export async function saveOutsideProvider(
  tx: Queryable,
  sealer: Sealer,
  { id = crypto.randomUUID(), clientSecret, isActive = true, ...given }: GivenProvider,
): Promise<string> {
  const sealed =
    clientSecret === undefined ? null : sealer.seal(Buffer.from(clientSecret), secretPurposeOf(id));
  const before = await tx.first<{ issuer: string; isActive: boolean; isConfidential: boolean }>(sql`
    select issuer, is_active as "isActive", client_secret is not null as "isConfidential" from sign_in_providers
     where id = ${id} for update`);
  if (before && (before.issuer !== given.issuer || (before.isActive && !isActive))) await endSessions(tx, id);
  if (before && before.issuer !== given.issuer) {
    // Who may change the address must not have a secret sent there that they were never told.
    if (before.isConfidential && !sealed) throw invalid('clientSecret', 'is needed with another authority');
    // The same subject, told by another issuer, is somebody else.
    await tx.execute(sql`delete from sign_in_provider_users where provider_id = ${id}`);
  }
  await tx.execute(sql`
    insert into sign_in_providers as p (id, organization_id, name, issuer, client_id, client_secret, scopes, claims,
                                        groups, provisions, is_active)
    values (${id}, ${given.organizationId}, ${given.name}, ${given.issuer}, ${given.clientId}, ${sealed},
            ${given.scopes}, ${JSON.stringify(given.claims)}::jsonb, ${JSON.stringify(given.groups)}::jsonb,
            ${given.provisions}, ${isActive})
    on conflict (id) do update
       set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
           client_secret = coalesce(excluded.client_secret, p.client_secret), scopes = excluded.scopes,
           claims = excluded.claims, groups = excluded.groups, provisions = excluded.provisions,
           is_active = excluded.is_active
     where p.organization_id = excluded.organization_id`);
  return id;
}

export interface KeptProvider extends OutsideProvider {
  readonly isActive: boolean;
}

/** Also those that are switched off, which nobody signs in with. */
export const listKeptProviders = (
  db: Queryable,
  organizationId: string,
  id?: string,
): Promise<KeptProvider[]> =>
  db.query(sql`
    select ${PROVIDER_COLUMNS}, is_active as "isActive" from sign_in_providers
     where organization_id = ${organizationId} and (${id ?? null}::uuid is null or id = ${id ?? null}::uuid)
     order by folded(name) collate "und-x-icu"`);

/** The people it has admitted stay, signed out, and cannot sign in by it any more. */
export async function deleteOutsideProvider(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<number> {
  const own = sql`sign_in_providers where organization_id = ${organizationId} and id = ${id}`;
  if (await tx.first(sql`select from ${own} for update`)) await endSessions(tx, id);
  return tx.execute(sql`delete from ${own}`);
}

/**
 * A provider that is no longer trusted, or no longer asked, cannot take back its word either: whoever is in on it
 * has to sign in again, also where they have another way.
 */
const endSessions = (tx: Queryable, providerId: string): Promise<number> =>
  tx.execute(sql`
    update identity_users set session_stamp = session_stamp + 1
     where id in (select user_id from sign_in_provider_users where provider_id = ${providerId})`);
