import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Database } from '../../kernel/db/sql.ts';
import { type FindMachineClient, findClient } from '../clients/clients.ts';
import { bindGrant } from '../sessions/bind-grant.ts';
import { storeSession } from '../sessions/store-session.ts';

export interface AdapterOptions {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly findMachineClient: FindMachineClient;
  readonly issuer?: string;
}

/** Since it was last used. */
export const SESSION_SECONDS = 12 * 3600;

/** Codes, with which a grant is handed to a client. */
const CODES: ReadonlySet<string> = new Set(['AuthorizationCode', 'DeviceCode']);

interface RecordRow {
  readonly payload: AdapterPayload;
  readonly consumed_at: string | null;
}

/**
 * What oidc-provider stores, in oidc_records. Clients are read from their own tables and never stored here.
 */
export function adapterFactory(options: AdapterOptions): (kind: string) => Adapter {
  const { db, findMachineClient, issuer } = options;
  return (kind) => {
    const records = recordAdapter(options, kind);
    if (kind !== 'Client') return records;
    return { ...records, find: (id) => findClient(db, findMachineClient, id, issuer) };
  };
}

function recordAdapter({ db, clock }: AdapterOptions, kind: string): Adapter {
  const now = (): string => new Date(clock()).toISOString();
  async function findBy(
    column: 'id' | 'uid' | 'user_code',
    value: string,
  ): Promise<AdapterPayload | undefined> {
    const row = await db.first<RecordRow>({
      name: `identity-find-record-by-${column}`,
      text: `select payload, consumed_at from oidc_records
              where kind = $1 and ${column} = $2 and (expires_at is null or expires_at > $3)`,
      values: [kind, value, now()],
    });
    if (!row) return undefined;
    return row.consumed_at === null ? row.payload : { ...row.payload, consumed: true };
  }
  return {
    async upsert(id, payload, expiresIn) {
      if (kind === 'Session' && payload.accountId !== undefined) {
        const expires = new Date(clock() + expiresIn! * 1000);
        return storeSession(db, { id, payload, now: new Date(clock()), expiresAt: expires });
      }
      if (payload.grantId !== undefined && payload.sessionUid !== undefined && CODES.has(kind)) {
        // A device asks by itself, and has to find the session that its code came from.
        if (kind === 'DeviceCode') await Provider.ctx?.oidc.session.save(SESSION_SECONDS);
        await bindGrant(db, payload);
      }
      const expiresAt = expiresIn === undefined ? null : new Date(clock() + expiresIn * 1000).toISOString();
      await db.execute(sql`
        insert into oidc_records (kind, id, payload, grant_id, user_code, uid, expires_at)
        values (${kind}, ${id}, ${JSON.stringify(payload)}, ${payload.grantId}, ${payload.userCode},
                ${payload.uid}, ${expiresAt})
        on conflict (kind, id) do update
           set payload = excluded.payload, grant_id = excluded.grant_id, user_code = excluded.user_code,
               uid = excluded.uid, expires_at = excluded.expires_at`);
    },
    find: (id) => findBy('id', id),
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (userCode) => findBy('user_code', userCode),
    async consume(id) {
      const consumed = await db.execute(sql`
        update oidc_records set consumed_at = ${now()}
         where kind = ${kind} and id = ${id} and consumed_at is null`);
      // If the same code or refresh token comes twice at once, one of the two is second.
      if (consumed === 0) throw new errors.InvalidGrant(`${kind} already used`);
    },
    async destroy(id) {
      await db.execute(sql`delete from oidc_records where kind = ${kind} and id = ${id}`);
    },
    async revokeByGrantId(grantId) {
      await db.execute(sql`delete from oidc_records where kind = ${kind} and grant_id = ${grantId}`);
    },
  };
}
