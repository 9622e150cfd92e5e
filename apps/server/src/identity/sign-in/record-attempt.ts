import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { tellAttempts } from '../mail/tell-owner.ts';

/** The numbers of the public list of login attempts. */
const RESULTS = {
  success: 0,
  invalidPassword: 1,
  userIsNotActive: 2,
  invalidUserNameTenancyName: 3,
  unknownExternalLogin: 6,
  lockedOut: 7,
  externalFailedAuthentication: 8,
} as const;

export interface AttemptRecord {
  readonly organizationId: string | undefined;
  readonly login: string;
  /** False if an outside provider vouches for the name. Default: true. */
  readonly isTyped?: boolean;
  readonly userId: string | undefined;
  readonly source?: string;
  readonly client?: string;
  readonly browser?: string;
  readonly result: keyof typeof RESULTS;
  /** Says more than the result: a refusal of an outside provider, `wrongCode`, `needsPage`. */
  readonly reason?: string;
}

const MOST_CHARACTERS = 256;
const cut = (text: string | undefined): string | undefined => text?.slice(0, MOST_CHARACTERS);

/**
 * Records an attempt for people to look at. Those that are refused before the password is looked at come in
 * floods: one a minute is recorded. A name that does not exist is not recorded as it was typed: it may be a
 * password in the wrong field.
 */
export async function recordAttempt(db: Queryable, attempt: AttemptRecord): Promise<void> {
  const { organizationId, userId, source, client, browser, result, reason } = attempt;
  const isKept = userId !== undefined || attempt.isTyped === false;
  if (organizationId === undefined) return;
  const kept = await db.first<{ isFirst: boolean }>(sql`
    insert into login_attempts (organization_id, user_id, login, result, reason, client_ip, client_name, browser)
    select ${organizationId}, ${userId}, ${isKept ? cut(attempt.login) : ''}, ${RESULTS[result]}, ${reason},
           ${source}, ${cut(client)}, ${cut(browser)}
     where ${RESULTS[result]}::int <> ${RESULTS.lockedOut}::int
        or not exists (select from login_attempts
                        where user_id is not distinct from ${userId}::uuid and result = ${RESULTS.lockedOut}::int
                          and client_ip is not distinct from ${source}::text
                          and created_at > now() - interval '1 minute')
    returning not exists (select from login_attempts
                           where user_id = ${userId}::uuid and result = ${RESULTS.lockedOut}::int
                             and created_at > now() - interval '1 hour') as "isFirst"`);
  // Once an hour, so that a flood of attempts is no flood of mails.
  if (result === 'lockedOut' && userId && kept?.isFirst)
    await tellAttempts(db, { organizationId, userId, source });
}
