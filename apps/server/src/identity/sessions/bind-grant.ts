import { type AdapterPayload, errors } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { isRegistered } from '../clients/clients.ts';
import { readAccountId } from '../users/users.ts';

/**
 * Notes where the code of a grant goes, and from which session the grant came. Refuses the code where that
 * session was ended meanwhile, or the consent taken back. Whoever does either waits for this, and then ends
 * the grant, too.
 */
export async function bindGrant(db: Queryable, payload: AdapterPayload): Promise<void> {
  const { grantId, sessionUid, redirectUri } = payload;
  const clientId = String(payload.clientId);
  const bound = await db.execute(sql`
    with session as (
      select ended_at from browser_sessions where uid = ${sessionUid} for share),
    consent as (
      select from consents
       where user_id = ${readAccountId(String(payload.accountId)).id} and client_id = ${clientId} for share)
    update oidc_records
       set session_uid = ${sessionUid},
           redirect_uris = case when ${redirectUri}::text is null or ${redirectUri}::text = any(redirect_uris)
                                then redirect_uris
                                else array_append(redirect_uris, ${redirectUri}::text) end
     where kind = 'Grant' and id = ${grantId}
       and not exists (select from session where ended_at is not null)
       and (not ${isRegistered(clientId)} or exists (select from consent))`);
  if (bound === 0) throw new errors.AccessDenied('the session was ended, or what was allowed taken back');
}
