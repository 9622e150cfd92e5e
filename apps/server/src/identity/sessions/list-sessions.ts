import sql, { type Sql } from 'sql-template-tag';

/** The person whose sessions they are. */
export interface Owner {
  readonly id: string;
  readonly userName: string;
}

/** The good sessions of a person, under the names of the API. */
export const liveSessions = (userId: string, now: Date): Sql => sql`
  select s.id, s.uid, s.began_at as "creationTime", s.used_at as "lastUsedTime", r.expires_at as "expiryTime",
         s.client_ip as "clientIpAddress", s.browser as "browserInfo"
    from browser_sessions s
    join identity_users u on u.id = s.user_id and u.is_active
    join oidc_records r on r.kind = 'Session' and r.uid = s.uid and r.expires_at > ${now.toISOString()}
                       and r.payload ->> 'accountId' = concat(u.id, '.', u.session_stamp)
   where s.user_id = ${userId} and s.ended_at is null`;
