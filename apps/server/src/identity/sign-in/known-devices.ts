import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { hashOfSecret } from '../../kernel/secrets/secret.ts';

/**
 * The content of a browser's cookie. It opens nothing, and only separates this browser from
 * somebody else's failures.
 */
export const newDevice = (): string => randomBytes(18).toString('base64url');

/** The device's hash where that person has signed in with it. */
export async function findKnownDevice(
  db: Queryable,
  device: string | undefined,
  userId: string,
): Promise<Buffer | undefined> {
  if (!device) return undefined;
  const digest = hashOfSecret(device);
  const row = await db.first(sql`select from known_devices where hash = ${digest} and user_id = ${userId}`);
  return row && digest;
}

export const rememberDevice = (db: Queryable, device: string, userId: string): Promise<number> =>
  db.execute(sql`
    insert into known_devices (hash, user_id) values (${hashOfSecret(device)}, ${userId})
    on conflict (hash, user_id) do update set used_at = now()`);

/** A browser that was not used for so long has lost its cookie. */
const KEPT = '365 days';

/** Answers how many went. */
export const forgetOldDevices = (db: Queryable, now: Date): Promise<number> =>
  db.execute(sql`
    delete from known_devices where used_at < ${now.toISOString()}::timestamptz - ${KEPT}::interval`);
