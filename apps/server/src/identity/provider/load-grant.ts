import type { Context, Grant, Provider } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { factsOf } from '../clients/clients.ts';
import { RESOURCE } from '../clients/scopes.ts';
import { readAccountId } from '../users/users.ts';

export type FindProvider = () => Provider;

/**
 * oidc-provider's `loadExistingGrant`: what the person allows this client. The product's own clients need not
 * ask. Others need not ask again for what was allowed before.
 */
export const grantLoader =
  (db: Queryable, provider: FindProvider) =>
  async ({ oidc }: Context): Promise<Grant | undefined> => {
    const { Grant } = provider();
    const decided = oidc.result?.consent?.grantId;
    if (decided) return Grant.find(decided);
    const { accountId } = oidc.account!;
    const { clientId } = oidc.client!;
    // Without a refresh token, the grant ends with the session, and all windows of the session share one. A
    // refresh token has a grant of its own: if it leaks and is used twice, only what came from it ends.
    const kept = oidc.requestParamScopes.has('offline_access')
      ? undefined
      : oidc.session.grantIdFor(clientId);
    const grant = kept ? await Grant.find(kept) : undefined;
    const mayGrow = factsOf(oidc.client!).kind === 'first-party' || (await hasConsented(db, oidc));
    const usable = grant?.accountId === accountId ? grant : undefined;
    if (!mayGrow) return usable;
    const result = usable ?? new Grant({ accountId, clientId });
    await allow(result, [...oidc.requestParamScopes]);
    return result;
  };

/**
 * The same scopes are registered with oidc-provider itself and with our API. Tokens for the API carry
 * all of them.
 */
export async function allow(grant: Grant, scopes: readonly string[]): Promise<string> {
  const text = scopes.join(' ');
  grant.addOIDCScope(text);
  grant.addResourceScope(RESOURCE, text);
  return grant.save();
}

async function hasConsented(db: Queryable, oidc: Context['oidc']): Promise<boolean> {
  const { id } = readAccountId(oidc.account!.accountId);
  const row = await db.first(sql`
    select from consents
     where user_id = ${id} and client_id = ${oidc.client!.clientId}
       and scopes @> ${[...oidc.requestParamScopes]}::text[]`);
  return row !== undefined;
}

export const recordConsent = (
  db: Queryable,
  userId: string,
  clientId: string,
  scopes: readonly string[],
): Promise<number> =>
  db.execute(sql`
    insert into consents as c (user_id, client_id, scopes) values (${userId}, ${clientId}, ${[...scopes]})
    on conflict (user_id, client_id) do update
       set scopes = (select array_agg(distinct scope) from unnest(c.scopes || excluded.scopes) as scope)`);
