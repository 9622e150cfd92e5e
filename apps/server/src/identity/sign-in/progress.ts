import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { findUser, type IdentityUser } from '../users/users.ts';
import type { ProviderSignOut } from './provider-sign-out.ts';
import { hasNewCodes, hasSecondFactor, mustHaveSecondFactor } from './second-factor.ts';

/** How somebody has proved who they are, in the words of RFC 8176. `ext` is an outside provider. */
export type Method = 'pwd' | 'otp' | 'rec' | 'ext';

/** The state of a sign-in: who it is, and how they have proved it. */
export interface Progress {
  readonly user: IdentityUser;
  readonly methods: readonly Method[];
  /** The name of the outside provider that vouches for them. */
  readonly via?: string;
  /** How they sign out there. */
  readonly signOut?: ProviderSignOut;
}

const LIFETIME = '1 hour';

/**
 * Undefined before the first step, and again if the person was disabled or the password
 * was changed elsewhere.
 */
export async function findProgress(db: Queryable, uid: string): Promise<Progress | undefined> {
  const row = await db.first<{
    user_id: string;
    stamp: number;
    methods: Method[];
    via: string | null;
    signOut: ProviderSignOut | null;
  }>(sql`
    select user_id, stamp, methods, via, sign_out as "signOut" from sign_ins where uid = ${uid} and user_id is not null and expires_at > now()`);
  const user = row && (await findUser(db, row.user_id));
  return user && user.stamp === row.stamp
    ? { user, methods: row.methods, via: row.via ?? undefined, signOut: row.signOut ?? undefined }
    : undefined;
}

/** After a first step, or after a step that changed the person's stamp. */
export const saveProgress = (
  db: Queryable,
  uid: string,
  { user, methods, via, signOut }: Progress,
): Promise<number> =>
  db.execute(sql`
    insert into sign_ins (uid, user_id, stamp, methods, via, sign_out, expires_at)
    values (${uid}, ${user.id}, ${user.stamp}, ${[...methods]}, ${via},
            ${signOut && JSON.stringify(signOut)}::jsonb, now() + ${LIFETIME}::interval)
    on conflict (uid) do update
       set user_id = excluded.user_id, stamp = excluded.stamp, methods = excluded.methods, via = excluded.via,
           sign_out = excluded.sign_out, outside = null, outside_state = null`);

/** False if the sign-in is over or was started anew in the meantime. The step then does not count. */
export const addMethod = async (
  db: Queryable,
  uid: string,
  userId: string,
  method: Method,
): Promise<boolean> =>
  (await db.execute(sql`
    update sign_ins set methods = array_append(methods, ${method})
     where uid = ${uid} and user_id = ${userId} and expires_at > now()`)) === 1;

export const forgetProgress = (db: Queryable, uid: string): Promise<number> =>
  db.execute(sql`delete from sign_ins where uid = ${uid}`);

export type Step = 'password' | 'factor' | 'change' | 'enrol' | 'kept' | 'done';

/** What is still missing. The second factor comes before anything can be changed. */
export async function nextStep(db: Queryable, uid: string, progress: Progress | undefined): Promise<Step> {
  if (!progress) return 'password';
  const { user, methods } = progress;
  // The outside provider has already asked for everything that its organization requires.
  if (methods.includes('ext')) return 'done';
  const hasFactor = await hasSecondFactor(db, user.id);
  if (hasFactor && !methods.includes('otp') && !methods.includes('rec')) return 'factor';
  if (user.mustChangePassword) return 'change';
  if (hasFactor && (await hasNewCodes(db, user.id, uid))) return 'kept';
  return !hasFactor && (await mustHaveSecondFactor(db, user.id)) ? 'enrol' : 'done';
}
