import { nameUsed } from '../errors.ts';
import type { Transaction } from './sql.ts';
import { brokenConstraint } from './violations.ts';

/** Whatever is refused in the words of the operation; a test looks that the schema has them. */
export const CONSTRAINTS = [
  'asset_folders_name',
  'authentication_settings_type',
  'bucket_folders_name',
  'buckets_identifier',
  'external_apps_name',
  'folders_path',
  'identity_groups_name',
  'identity_user_logins_key',
  'identity_users_email',
  'identity_users_name',
  'identity_users_pkey',
  'jobs_release_id_fkey',
  'machines_name',
  'queue_folders_name',
  'releases_name',
  'robot_accounts_name',
  'roles_name',
  'sign_in_provider_users_pkey',
  'sign_in_providers_name',
  'users_name',
] as const;
export type Constraint = (typeof CONSTRAINTS)[number];

/**
 * Unique index -> the name that it holds, or what else is to be said where it refuses. A foreign key may
 * stand here too. What none of them says is no matter of names, and passes as it is.
 */
export type Refusals = Readonly<Partial<Record<Constraint, string | (() => Error)>>>;

/** Runs statements that give something a name; where it is used, the refusal says so. */
export async function naming<T>(refusals: Refusals, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusals[brokenConstraint(error) as Constraint];
    if (refusal === undefined) throw error;
    throw typeof refusal === 'string' ? nameUsed(refusal) : refusal();
  }
}

/** A transaction that gives something a name. */
export const changing = <T>(
  ctx: { transaction<R>(work: (tx: Transaction) => Promise<R>): Promise<R> },
  refusals: Refusals,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> => naming(refusals, () => ctx.transaction(work));
