import sql from 'sql-template-tag';
import { naming } from '../../kernel/db/changing.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import { hashOfSecret, newSecret } from '../../kernel/secrets/secret.ts';
import { isApiScope, isKnown } from './scopes.ts';

export interface NewApplication {
  readonly organizationId: string;
  readonly name: string;
  /** Whether it can keep a secret. If so, it gets one and may act by itself. */
  readonly isConfidential: boolean;
  readonly appScopes: readonly string[];
  readonly userScopes: readonly string[];
  readonly redirectUris: readonly string[];
}

export interface Application extends NewApplication {
  readonly clientId: string;
  readonly createdAt: string;
}

/**
 * The secret is shown here and never again. Errors: 400 for a scope that does not exist, 409 for a name
 * that is taken.
 */
export async function createApplication(
  tx: Queryable,
  app: NewApplication,
): Promise<{ readonly clientId: string; readonly secret: string | undefined }> {
  if (!app.isConfidential && app.appScopes.length > 0) {
    throw invalid('appScopes', 'an application without a secret has user scopes only');
  }
  checkScopes('appScopes', app.appScopes, isApiScope);
  checkScopes('userScopes', app.userScopes, isKnown);
  const row = await insert(tx, app);
  const secret = app.isConfidential ? (await addSecret(tx, row.client_id)).secret : undefined;
  return { clientId: row.client_id, secret };
}

function checkScopes(field: string, scopes: readonly string[], isKnown: (scope: string) => boolean): void {
  const unknown = scopes.filter((scope) => !isKnown(scope));
  if (unknown.length > 0) throw invalid(field, `no such scope: ${unknown.join(', ')}`);
}

const insert = (tx: Queryable, app: NewApplication): Promise<{ readonly client_id: string }> =>
  naming({ external_apps_name: app.name }, async () => {
    const row = await tx.first<{ client_id: string }>(sql`
      insert into external_apps (organization_id, name, is_confidential,
                                 app_scopes, user_scopes, redirect_uris)
      values (${app.organizationId}, ${app.name}, ${app.isConfidential}, ${app.appScopes}, ${app.userScopes},
              ${app.redirectUris})
      returning client_id`);
    return row!;
  });

export const listApplications = (db: Queryable, organizationId: string): Promise<Application[]> =>
  db.query<Application>(sql`
    select client_id as "clientId", organization_id as "organizationId", name,
           is_confidential as "isConfidential",
           app_scopes as "appScopes", user_scopes as "userScopes", redirect_uris as "redirectUris",
           created_at as "createdAt"
      from external_apps where organization_id = ${organizationId} order by folded(name) collate "und-x-icu"`);

export interface NewSecret {
  readonly description?: string;
  /** By default it never expires. */
  readonly expiresAt?: Date;
}

/** Adds another secret of 256 random bits. Earlier ones stay good until they are deleted or expire. */
export async function addSecret(
  tx: Queryable,
  clientId: string,
  { description, expiresAt }: NewSecret = {},
): Promise<{ readonly id: number; readonly secret: string }> {
  const secret = newSecret();
  const row = await tx.first<{ id: number }>(sql`
    insert into external_app_secrets (client_id, hash, description, expires_at)
    values (${clientId}, ${hashOfSecret(secret)}, ${description}, ${expiresAt?.toISOString()}) returning id`);
  return { id: row!.id, secret };
}

/**
 * What people allowed ends where its codes went to an address that is no longer the application's; tokens
 * and refreshes end with it.
 */
export const endGrants = (
  tx: Queryable,
  clientId: string,
  redirectUris: readonly string[],
): Promise<number> =>
  tx.execute(sql`
    delete from oidc_records
     where kind = 'Grant' and payload ->> 'clientId' = ${clientId}
       and redirect_uris && ${[...redirectUris]}::text[]`);
