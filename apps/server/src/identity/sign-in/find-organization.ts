import type { Provider } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { factsOf, organizationOf } from '../clients/clients.ts';
import { ORGANIZATION } from '../provider/plain-requests.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

/**
 * The organization of a sign-in: the application's own, else the one that was named, else the only
 * one there is.
 */
export async function findOrganization(
  db: Queryable,
  provider: Provider,
  params: Readonly<Record<string, string | undefined>>,
): Promise<Organization | undefined> {
  const client = params.client_id ? await provider.Client.find(params.client_id) : undefined;
  const own = client && organizationOf(factsOf(client));
  return own ? byNameOrId(db, own) : organizationNamed(db, params[ORGANIZATION]);
}

/** By its name or id, or by a tenant's, which people also give. Without a name, the only one there is. */
export async function organizationNamed(
  db: Queryable,
  name: string | undefined,
): Promise<Organization | undefined> {
  if (name?.trim()) return byNameOrId(db, name.trim());
  const all = await db.query<Organization>(
    sql`select id, name, display_name as "displayName" from organizations limit 2`,
  );
  return all.length === 1 ? all[0] : undefined;
}

const byNameOrId = (db: Queryable, name: string): Promise<Organization | undefined> =>
  db.first<Organization>(sql`
    select o.id, o.name, o.display_name as "displayName"
      from organizations o
      left join tenants t on t.organization_id = o.id
                         and (folded(t.name) = folded(${name}) or t.key::text = folded(${name}))
     where folded(o.name) = folded(${name}) or o.id::text = folded(${name}) or t.id is not null
     order by (folded(o.name) = folded(${name})) desc, o.created_at, o.id limit 1`);
