import { type AdapterPayload, Provider } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Incoming } from '../provider/provider-options.ts';
import { readAccountId } from '../users/users.ts';

export interface StoredSession {
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly now: Date;
  readonly expiresAt: Date;
}

const MOST_CHARACTERS = 512;

/**
 * Stores a person's session with the place where they are. A session that was ended during one of its
 * requests stays ended.
 */
export async function storeSession(
  db: Queryable,
  { id, payload, now, expiresAt }: StoredSession,
): Promise<void> {
  const request = Provider.ctx?.request.req as Incoming | undefined;
  const browser = request?.headers['user-agent']?.slice(0, MOST_CHARACTERS);
  const { uid } = payload;
  const result = Provider.ctx?.oidc?.result;
  const signOut = result?.signOut && JSON.stringify(result.signOut);
  const user = readAccountId(String(payload.accountId));
  const began = new Date(Number(payload.loginTs) * 1000);
  await db.execute(sql`
    with kept as (
      insert into browser_sessions as s (uid, user_id, began_at, used_at, client_ip, browser, sign_out, expires_at)
      select ${uid}, u.id, ${began.toISOString()}, ${now.toISOString()}, ${request?.source}, ${browser},
             ${signOut}::jsonb, ${expiresAt.toISOString()}
        from identity_users u where u.id = ${user.id}
      on conflict (uid) do update
         set user_id = excluded.user_id, began_at = excluded.began_at, used_at = excluded.used_at,
             client_ip = excluded.client_ip, browser = excluded.browser, expires_at = excluded.expires_at,
             sign_out = case when ${result?.login !== undefined} then excluded.sign_out else s.sign_out end
       where s.ended_at is null
      returning uid)
    insert into oidc_records (kind, id, payload, uid, expires_at)
    select 'Session', ${id}, ${JSON.stringify(payload)}::jsonb, uid, ${expiresAt.toISOString()} from kept
    on conflict (kind, id) do update
       set payload = excluded.payload, uid = excluded.uid, expires_at = excluded.expires_at`);
}

/** Using the account page counts as a use of the session, and oidc-provider does not notice it. */
export const noteUse = (db: Queryable, uid: string, now: Date, ip: string): Promise<number> =>
  db.execute(sql`
    update browser_sessions set used_at = ${now.toISOString()}, client_ip = ${ip}
     where uid = ${uid} and used_at < ${now.toISOString()}::timestamptz - interval '1 minute'`);
