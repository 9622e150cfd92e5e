import sql, { type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { PRODUCTS } from '../clients/clients.ts';
import { RESOURCE } from '../clients/scopes.ts';
import { type Actor, recordAudit } from '../platform/audit/record-audit.ts';
import { dropGrants } from './drop-grants.ts';
import type { Owner } from './list-sessions.ts';

/**
 * Applications that may act for people, by name: those of their organization, and those that come
 * with the product.
 */
const clients = (): Sql => sql`
  (select client_id::text as id, name from external_apps
   union all
   select * from unnest(${PRODUCTS.map(({ id }) => id)}::text[], ${PRODUCTS.map(({ name }) => name)}::text[]))`;

/** The scopes of a grant: those of OpenID, and those of the API. */
const SCOPES = sql`concat_ws(' ', g.payload -> 'openid' ->> 'scope', g.payload -> 'resources' ->> ${RESOURCE})`;

/**
 * What a person lets applications do, under the names of the API. The product's own command needs no consent;
 * for others it is what the person answered on the page.
 */
export const allowedApplications = (userId: string, now: Date): Sql => sql`
  select c.id, c.id as "clientId", c.name,
         coalesce(a.scopes, array(select distinct s from unnest(g.scopes) as s where s <> '' order by s)) as scopes,
         least(a.created_at, g.began_at) as "creationTime", g.used_at as "lastUsedTime"
    from ${clients()} c
    left join consents a on a.user_id = ${userId} and a.client_id = c.id
    left join (
      select g.payload ->> 'clientId' as client_id, string_to_array(string_agg(${SCOPES}, ' '), ' ') as scopes,
             to_timestamp(min((g.payload ->> 'iat')::float8)) as began_at,
             to_timestamp(max(coalesce(t.used, (g.payload ->> 'iat')::float8))) as used_at
        from identity_users u
        join oidc_records g on g.kind = 'Grant' and g.payload ->> 'accountId' = concat(u.id, '.', u.session_stamp)
                           and g.expires_at > ${now.toISOString()}
        left join lateral (
          select max((payload ->> 'iat')::float8) as used from oidc_records where grant_id = g.id) t on true
       where u.id = ${userId}
       group by 1) g on g.client_id = c.id
   where a.user_id is not null or g.client_id is not null`;

export interface AllowedApplication {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly creationTime: string | null;
  readonly lastUsedTime: string | null;
}

/**
 * Takes back what a person allows an application, in every session. Refresh tokens are refused from
 * now on and access tokens within a second, and the next sign-in there asks again. Answers false if
 * nothing was allowed.
 */
export async function revokeApplication(
  tx: Transaction,
  actor: Actor,
  owner: Owner,
  { clientId, now }: { readonly clientId: string; readonly now: Date },
): Promise<boolean> {
  await tx.execute(sql`select from identity_users where id = ${owner.id} for no key update`);
  const allowed = await tx.first<AllowedApplication>(sql`
    select * from (${allowedApplications(owner.id, now)}) a where a.id = ${clientId}`);
  if (!allowed) return false;
  await tx.execute(sql`delete from consents where user_id = ${owner.id} and client_id = ${clientId}`);
  await dropGrants(
    tx,
    sql`payload ->> 'clientId' = ${clientId} and split_part(payload ->> 'accountId', '.', 1) = ${owner.id}`,
  );
  const { name, scopes } = allowed;
  await recordAudit(tx, actor, {
    category: 'User',
    action: 'RevokeApplication',
    target: owner.id,
    name: owner.userName,
    before: { applications: [{ clientId, name, scopes }] },
    after: { applications: [] },
  });
  return true;
}

/** Names of those clients that people know as applications; the account page is none. */
export const namesOfClients = (
  db: Queryable,
  ids: readonly string[],
): Promise<{ clientId: string; name: string }[]> =>
  db.query<{ clientId: string; name: string }>(sql`
    select c.id as "clientId", c.name from ${clients()} c where c.id = any(${[...ids]}::text[]) order by c.id`);
