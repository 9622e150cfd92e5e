import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import { asName } from '../../kernel/contract/name.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import type { OutsideProvider } from './outside-person.ts';
import { OWN_COLUMNS, secretPurposeOf } from './outside-provider.ts';

export interface GivenProvider extends Omit<OutsideProvider, 'id' | 'groups'> {
  /** Value of the groups claim -> name or id of a group here. */
  readonly groups: Readonly<Record<string, string>>;
  /** Its place in a body, for refusals. */
  readonly at?: string;
  /** Of an existing provider, or of a new one. */
  readonly id?: string;
  /** If it is undefined, the stored one stays. */
  readonly clientSecret: string | undefined;
  readonly isActive?: boolean;
}

/**
 * Saves a provider. The secret is sealed and never shown again. Call it in a transaction if the
 * provider may exist.
 */
export async function saveOutsideProvider(
  tx: Queryable,
  sealer: Sealer,
  { id = crypto.randomUUID(), clientSecret, isActive = true, at = '', ...given }: GivenProvider,
): Promise<string> {
  const sealed =
    clientSecret === undefined ? null : sealer.seal(Buffer.from(clientSecret), secretPurposeOf(id));
  const before = await tx.first<{ issuer: string; isActive: boolean; isConfidential: boolean }>(sql`
    select issuer, is_active as "isActive", client_secret is not null as "isConfidential" from sign_in_providers
     where id = ${id} for update`);
  if (before && (before.issuer !== given.issuer || (before.isActive && !isActive))) await endSessions(tx, id);
  if (before && before.issuer !== given.issuer) {
    // Somebody who may change the address must not have a secret sent there that they never knew.
    if (before.isConfidential && !sealed) throw invalid('clientSecret', 'is needed with another authority');
    // The same subject at another issuer is somebody else.
    await tx.execute(sql`delete from sign_in_provider_users where provider_id = ${id}`);
  }
  const groups = await resolveGroups(tx, given.organizationId, given.groups, `${at}settings.groups`);
  await tx.execute(sql`
    insert into sign_in_providers as p (id, organization_id, name, issuer, client_id, client_secret, scopes, claims,
                                        provisions, is_active)
    values (${id}, ${given.organizationId}, ${given.name}, ${given.issuer}, ${given.clientId}, ${sealed},
            ${given.scopes}, ${JSON.stringify(given.claims)}::jsonb, ${given.provisions}, ${isActive})
    on conflict (id) do update
       set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
           client_secret = coalesce(excluded.client_secret, p.client_secret), scopes = excluded.scopes,
           claims = excluded.claims, provisions = excluded.provisions, is_active = excluded.is_active
     where p.organization_id = excluded.organization_id`);
  await tx.execute(sql`delete from sign_in_provider_groups where provider_id = ${id}`);
  await tx.execute(sql`
    insert into sign_in_provider_groups (provider_id, value, group_id)
    select ${id}, value, group_id::uuid from jsonb_each_text(${JSON.stringify(groups)}::jsonb) as g (value, group_id)`);
  return id;
}

/**
 * By id, or by the exact name. A misspelled name has to fail now, not when somebody lacks a right later. From
 * now on that group is meant, whatever it is called.
 */
async function resolveGroups(
  tx: Queryable,
  organizationId: string,
  groups: Readonly<Record<string, string>>,
  at: string,
): Promise<Readonly<Record<string, string>>> {
  const wanted = Object.values(groups);
  const known = await tx.query<{ id: string; name: string }>(sql`
    select id, name from identity_groups
     where organization_id = ${organizationId}
       and (id::text = any(${wanted.map((each) => each.toLowerCase())}::text[])
         or folded(name) in (select folded(trim(n)) from unnest(${wanted}::text[]) as n))
       for key share`);
  const resolved = Object.entries(groups).map(([value, given]) => {
    const group = known.find(({ id, name }) => name === given || id === given.toLowerCase());
    if (group) return [value, group.id] as const;
    const similar = known.find(({ name }) => foldText(name) === foldText(asName(given)));
    throw invalid(
      `${at}.${value}`,
      similar ? `must be written '${similar.name}'` : 'is no group of the organization',
    );
  });
  return Object.fromEntries(resolved);
}

export interface KeptProvider extends Omit<OutsideProvider, 'groups'> {
  readonly isActive: boolean;
  /** Value of the groups claim -> current name of a group. */
  readonly groups: Readonly<Record<string, string>>;
}

/** Includes providers that are switched off, with which nobody can sign in. */
export const listKeptProviders = (
  db: Queryable,
  organizationId: string,
  id?: string,
): Promise<KeptProvider[]> =>
  db.query<KeptProvider>(sql`
    select ${OWN_COLUMNS}, is_active as "isActive",
           (select coalesce(jsonb_object_agg(m.value, g.name), '{}')
              from sign_in_provider_groups m join identity_groups g on g.id = m.group_id
             where m.provider_id = sign_in_providers.id) as groups
      from sign_in_providers
     where organization_id = ${organizationId} and (${id ?? null}::uuid is null or id = ${id ?? null}::uuid)
     order by folded(name) collate "und-x-icu"`);

/** The people whom it has admitted stay. They are signed out, and cannot sign in by it any more. */
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
 * A provider that is no longer trusted, or no longer asked, cannot take back its word. So everybody who
 * signed in by it has to sign in again, even if they have another way.
 */
const endSessions = (tx: Queryable, providerId: string): Promise<number> =>
  tx.execute(sql`
    update identity_users set session_stamp = session_stamp + 1
     where id in (select user_id from sign_in_provider_users where provider_id = ${providerId})`);
