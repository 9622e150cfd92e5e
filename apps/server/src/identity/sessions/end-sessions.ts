import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { type Actor, recordAudit } from '../platform/audit/record-audit.ts';
import { namesOfClients } from './allowed-applications.ts';
import { dropGrants } from './drop-grants.ts';
import { liveSessions, type Owner } from './list-sessions.ts';

export type Which =
  /** One session, by its id here. */
  | { readonly id: string }
  /** All but the one of that uid, with all grants that did not come from it. */
  | { readonly but: string }
  /** All of them, and all tokens, also those that came from no session. */
  | 'all';

/**
 * Ends sessions and the grants that came from them. Refresh tokens are refused from now on and access
 * tokens within a second. Answers the number of sessions. Writes one entry of the audit if there was
 * anything to end.
 */
export async function endSessions(
  tx: Transaction,
  actor: Actor,
  owner: Owner,
  { which, now }: { readonly which: Which; readonly now: Date },
): Promise<number> {
  const row = await tx.first<{ stamp: number }>(sql`
    select session_stamp as stamp from identity_users where id = ${owner.id} for no key update`);
  const { chosen, from } = scopeOf(which);
  const sessions = await tx.query<EndedSession>(sql`
    select l.id, l.uid, l."creationTime", l."clientIpAddress", l."browserInfo"
      from (${liveSessions(owner.id, now)}) l where ${chosen} order by l.id`);
  const uids = sessions.map(({ uid }) => uid);
  await tx.execute(sql`
    update browser_sessions
       set ended_at = ${now.toISOString()}, sign_out = null,
           expires_at = greatest(expires_at, ${now.toISOString()}::timestamptz + interval '1 hour')
     where uid = any(${uids}::text[])`);
  await tx.execute(sql`delete from oidc_records where kind = 'Session' and uid = any(${uids}::text[])`);
  const accountId = `${owner.id}.${row?.stamp}`;
  const clients = await dropGrants(tx, sql`payload ->> 'accountId' = ${accountId} and ${from(uids)}`);
  if (which === 'all')
    await tx.execute(sql`update identity_users set session_stamp = session_stamp + 1 where id = ${owner.id}`);
  const applications = await namesOfClients(tx, clients);
  if (which !== 'all' && sessions.length === 0 && applications.length === 0) return 0;
  const stamps = which === 'all' ? [row!.stamp, row!.stamp + 1] : [undefined, undefined];
  await recordAudit(tx, actor, {
    category: 'User',
    action: 'EndSessions',
    target: owner.id,
    name: owner.userName,
    before: { sessions: sessions.map(told), applications, sessionStamp: stamps[0] },
    after: { sessions: [], applications: [], sessionStamp: stamps[1] },
  });
  return sessions.length;
}

/** Which of the live sessions `l` are meant, and whose grants. */
function scopeOf(which: Which): { readonly chosen: Sql; readonly from: (ended: readonly string[]) => Sql } {
  if (which === 'all') return { chosen: sql`true`, from: () => sql`true` };
  if ('but' in which)
    return {
      chosen: sql`l.uid <> ${which.but}`,
      from: () => sql`session_uid is distinct from ${which.but}`,
    };
  return {
    chosen: sql`l.id::text = ${which.id.toLowerCase()}`,
    from: (ended) => sql`session_uid = any(${[...ended]}::text[])`,
  };
}

interface EndedSession {
  readonly id: string;
  readonly uid: string;
  readonly creationTime: string;
  readonly clientIpAddress: string | null;
  readonly browserInfo: string | null;
}

const told = ({ uid: _uid, ...session }: EndedSession): object => session;
