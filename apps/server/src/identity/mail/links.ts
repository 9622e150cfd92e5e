import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { hashOfSecret, newSecret } from '../../kernel/secrets/secret.ts';
import { DIRECTORY_USER } from '../users/users.ts';
import type { QueuedMail } from './queue.ts';

export interface ComposeOptions {
  readonly db: Queryable;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly issuer: string;
}

const DAY_SECONDS = 24 * 3600;
/** Counted from when the mail is sent, however long it has waited. */
const LIFETIME_SECONDS = { ResetPassword: 3600, UserInvitation: 7 * DAY_SECONDS } as const;

export interface Link {
  readonly url: string;
  undo(): Promise<unknown>;
}

/**
 * A link with which the person chooses a password, once. Undefined where it must not be sent any more: the
 * person is deleted or disabled, has another address, or has accepted the invitation. A new invitation makes
 * the former one worthless.
 */
export async function makeLink(
  { db, clock, issuer }: ComposeOptions,
  { id, message, userId, address }: QueuedMail,
): Promise<Link | undefined> {
  const isInvitation = message === 'UserInvitation';
  const lifetime = LIFETIME_SECONDS[isInvitation ? message : 'ResetPassword'];
  const token = newSecret();
  const expiresAt = new Date(clock() + lifetime * 1000).toISOString();
  if (isInvitation)
    await db.execute(sql`delete from password_resets where user_id = ${userId} and is_invitation`);
  // Locks the mail: whoever takes it back now waits for this. Where they came first, no link is made.
  const made = await db.execute(sql`
    with waiting as (select from mails where id = ${id} for share)
    insert into password_resets (hash, user_id, expires_at, is_invitation)
    select ${hashOfSecret(token)}, u.id, ${expiresAt}, ${isInvitation}
      from identity_users u
     where u.id = ${userId} and u.email = ${address} and u.is_active and may_enter(u) and u.type <> ${DIRECTORY_USER}
       and exists (select from waiting)
       and not (${isInvitation} and u.has_accepted_invitation)`);
  if (made === 0) return undefined;
  const page = isInvitation ? 'invitation' : 'reset';
  return {
    url: `${issuer}/sign-in/${page}?token=${token}`,
    undo: () => db.execute(sql`delete from password_resets where hash = ${hashOfSecret(token)}`),
  };
}
